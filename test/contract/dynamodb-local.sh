#!/usr/bin/env bash
# The Table contract on Amazon's DynamoDB Local: fetched from Maven into a cache, started on loopback, ended afterwards.
# Leaves out, with its reason in one sentence, what this machine cannot run. Arguments go to vitest.
# TOCSIN_TEST_DYNAMODB, where it names an endpoint, is used instead of one that is fetched.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Of the line that runs on Java 17.
readonly VERSION=2.5.4
readonly JAVA_MIN=17
readonly START_ATTEMPTS=120
readonly CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/tocsin/dynamodb-local-$VERSION"

skip() {
  echo "The contract on DynamoDB Local was left out: $1."
  exit 0
}

run_suite() {
  TOCSIN_TEST_DYNAMODB="$1" npx vitest run test/contract "${@:2}"
}

java_major() {
  java -version 2>&1 | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -n 1
}

fetch() {
  local build
  build=$(mktemp -d)
  cat >"$build/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tocsin</groupId><artifactId>dynamodb-local</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>com.amazonaws</groupId><artifactId>DynamoDBLocal</artifactId><version>$VERSION</version></dependency>
  </dependencies>
</project>
POM
  if ! mvn -q -B -f "$build/pom.xml" dependency:copy-dependencies -DoutputDirectory="$build/lib" >"$build/log" 2>&1; then
    tail -n 3 "$build/log" >&2
    rm -rf "$build"
    return 1
  fi
  mkdir -p "$(dirname "$CACHE")"
  # Moved in one step: a fetch that was cut short leaves no half of it behind.
  mv "$build/lib" "$CACHE" 2>/dev/null || [ -d "$CACHE" ]
  rm -rf "$build"
}

if [ -n "${TOCSIN_TEST_DYNAMODB:-}" ]; then
  run_suite "$TOCSIN_TEST_DYNAMODB" "$@"
  exit
fi

command -v java >/dev/null || skip 'there is no Java on this machine'
major=$(java_major)
[ "${major:-0}" -ge "$JAVA_MIN" ] || skip "it needs Java $JAVA_MIN or later, and this machine has ${major:-an unknown version}"
if [ ! -d "$CACHE" ]; then
  command -v mvn >/dev/null || skip 'there is no Maven on this machine to fetch it with'
  fetch || skip "Maven could not fetch com.amazonaws:DynamoDBLocal:$VERSION"
fi

port=$(node -e '
  const server = require("node:net").createServer().listen(0, "127.0.0.1", () => {
    console.log(server.address().port);
    server.close();
  });')
log=$(mktemp)
java -Djava.library.path="$CACHE" -cp "$CACHE/*" com.amazonaws.services.dynamodbv2.local.main.ServerRunner \
  -inMemory -disableTelemetry -port "$port" >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT

for ((attempt = 1; attempt <= START_ATTEMPTS; attempt++)); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then break; fi
  if ! kill -0 "$server" 2>/dev/null || [ "$attempt" -eq "$START_ATTEMPTS" ]; then
    cat "$log" >&2
    echo "DynamoDB Local $VERSION did not start on port $port." >&2
    exit 1
  fi
  sleep 0.25
done

run_suite "http://127.0.0.1:$port" "$@"

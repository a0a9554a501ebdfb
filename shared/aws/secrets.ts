import {
  GetSecretValueCommand,
  type SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { jsonFields } from '../json.ts';
import { type Clock, PortError, type Secrets } from '../ports.ts';

const PREFIX = 'tocsin/';
/** A rotated secret is picked up after this long, ms. */
const KEPT_MS = 60_000;
/** A delivery is waiting for the answer. */
const TIMEOUT_MS = 10_000;

/** The `Secrets` port on Secrets Manager: `secret:NAME#KEY` is the key of the JSON object in secret `tocsin/NAME`. */
export class SecretsManagerSecrets implements Secrets {
  readonly #client: SecretsManagerClient;
  readonly #clock: Clock;
  readonly #known = new Map<string, { value: string; until: number }>();

  constructor(client: SecretsManagerClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  async get(name: string, key: string | null): Promise<string> {
    const text = await this.#text(name);
    return key === null ? text : memberOf(name, key, text);
  }

  async #text(name: string): Promise<string> {
    const known = this.#known.get(name);
    if (known !== undefined && known.until > this.#clock()) return known.value;
    const command = new GetSecretValueCommand({ SecretId: `${PREFIX}${name}` });
    const deadline = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await this.#client.send(command, { abortSignal: deadline }).catch((error: unknown) => {
      throw asPortError(name, error, deadline.aborted);
    });
    const value = answer.SecretString ?? '';
    this.#known.set(name, { value, until: this.#clock() + KEPT_MS });
    return value;
  }
}

function memberOf(name: string, key: string, text: string): string {
  const value = jsonFields(text)[key];
  if (typeof value === 'string') return value;
  const message = `secret ${PREFIX}${name} has no key ${key}: a JSON object with that key was expected`;
  throw new PortError('SecretNotFound', message, { transient: false });
}

/** The service's own message names roles and accounts: whoever reads a delivery's reason need not know them. */
function asPortError(name: string, error: unknown, isTimedOut: boolean): PortError {
  if (!(error instanceof SecretsManagerServiceException)) {
    const [code, what] = isTimedOut
      ? ['Timeout', `did not answer within ${TIMEOUT_MS / 1000} s`]
      : ['Unreachable', 'could not be reached'];
    return new PortError(code, `Secrets Manager ${what} for secret ${PREFIX}${name}`, { transient: true });
  }
  if (error.name === 'ResourceNotFoundException') {
    return new PortError('SecretNotFound', `there is no secret ${PREFIX}${name}`, { transient: false });
  }
  const denied = error.name === 'AccessDeniedException';
  const message = `secret ${PREFIX}${name} could not be read: ${error.name}`;
  return new PortError(error.name, message, { transient: !denied });
}

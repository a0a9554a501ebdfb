/**
 * What it costs to find the kind of a message, beside reading the same message as JSON; one core.
 * `node --import tsx test/bench/templates/run.ts`
 */
import { closest, shapeOf, widened } from '../../../shared/templates/drain.ts';
import { measureSideBySide, print, rate } from '../match/measure.ts';

const MESSAGES = 20_000;

const messages = Array.from({ length: MESSAGES }, (_, at) => {
  const user = ['alice', 'bob', 'carol'][at % 3];
  const kinds = [
    `Order ${at} of ${user} paid in ${at % 900} ms with card ****${at % 9999}`,
    `Failed password for ${user} from 10.0.${at % 256}.7 port ${at % 65535} ssh2`,
    `GET /v1/orders/${at}?page=${at % 7} HTTP/1.1 status: 200 len: ${at} time: 0.${at}`,
    `connection pool exhausted: active=${at % 50} idle=0 waiting=${at % 13}`,
  ];
  return `2026-11-21T07:00:00.${String(at % 1000).padStart(3, '0')}Z INFO [worker-${at % 8}] c.e.Shop: ${kinds[at % 4]}`;
});
const objects = messages.map((message, at) => JSON.stringify({ time: at, level: 'info', message }));

function mine(): number {
  const leaves = new Map<string, (readonly string[])[]>();
  for (const message of messages) {
    const { leaf, words } = shapeOf(message);
    const known = leaves.get(leaf) ?? [];
    leaves.set(leaf, known);
    const index = closest(known, words);
    const template = known[index];
    if (template === undefined) known.push(words);
    else known[index] = widened(template, words);
  }
  return leaves.size;
}

const took = measureSideBySide({
  mine,
  parse: () => objects.map((text) => JSON.parse(text)).length,
});
print(`templates: ${rate(MESSAGES, took.mine)}, JSON.parse: ${rate(MESSAGES, took.parse)}`);
print(`ratio: ${(took.mine / took.parse).toFixed(2)} times the time of JSON.parse, ${mine()} leaves`);

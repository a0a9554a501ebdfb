import { expect, it } from 'vitest';
import { parseReference } from '../../shared/config/references.ts';
import { Line } from '../../shared/match/line.ts';
import { readReference } from '../../shared/match/references.ts';

function read(message: string, text: string) {
  const reference = parseReference(text);
  if (reference === null) throw new Error(`${text} is no reference`);
  const source = { account: '0', region: 'local', logGroup: '/g', logStream: 's' };
  const line = new Line({ id: '1', timestamp: 0, message }, source);
  return readReference(reference, line, line, () => ({}));
}

it.each([
  ['{"id":1983746523098374657}', '1983746523098374657'],
  ['{"id":-1983746523098374657}', '-1983746523098374657'],
  [
    '{"a":"\\"id\\":1983746523098374657,\\\\","b":[0.12345678901234567],"id":12345678901234567890}',
    '12345678901234567890',
  ],
  ['{"id":9007199254740991}', 9007199254740991],
  ['{"id":1e21}', 1e21],
  ['{"id":12345678901234567890.5}', 12345678901234567000],
  ['{"id":"1983746523098374657"}', '1983746523098374657'],
])('takes a whole number for no other: %s', (message, value) => {
  expect(read(message, '$.id')).toBe(value);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFields, parsedJson } from '../shared/json.ts';

describe('JSON in a text that may hold anything', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(parsedJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each(['', 'ERROR', '{', '{"a":1', 'undefined', '\u0000'])('is none: %j', (text) => {
    expect(parsedJson(text)).toBeUndefined();
    expect(jsonFields(text)).toEqual({});
  });

  it.each(['null', '3', '"text"'])('has no fields: %s', (text) => expect(jsonFields(text)).toEqual({}));
});

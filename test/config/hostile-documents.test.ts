import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../shared/config/problems.ts';
import { loadText } from './documents.ts';

describe('hostile documents', () => {
  it('cannot reach a prototype', () => {
    const { problems, document } = loadText(
      'version: 1\nrules:\n  - { id: a, action: record, labels: { constructor: x }, __proto__: { enabled: false } }\n',
    );
    expect(problems.map(formatProblem)).toEqual([
      expect.stringContaining('rules[0].__proto__: is no key here'),
    ]);
    expect(document.configuration.rules[0]).toMatchObject({ enabled: true, labels: { constructor: 'x' } });
    expect({}).not.toHaveProperty('enabled');
  });

  it('cannot unfold aliases without bounds', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `x-${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}*a${i}]`,
    );
    const { problems } = loadText(`version: 1\nx-0: &a0 [x]\n${levels.join('\n')}\n`);
    expect(problems.map(({ message }) => message)).toContain(
      'is too large or too deep, its aliases unfolded',
    );
  });

  it('may use aliases for what they are for', () => {
    const text =
      'version: 1\nx-labels: &team { team: a }\nrules:\n  - { id: a, action: record, labels: *team }\n';
    const { problems, document } = loadText(text);
    expect(problems).toEqual([]);
    expect(document.configuration.rules[0]?.labels).toEqual({ team: 'a' });
  });

  it('never end in an exception', () => {
    const sign = fc.constantFrom(
      'a',
      ' ',
      '\n',
      ': ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '#',
      '&',
      '*',
      '!',
      '|',
      '>',
      '%',
      '@',
      '\t',
      ',',
      '${A}',
    );
    const scrap = fc.array(fc.oneof(sign, fc.constantFrom('rules', 'match', 'when', 'count', 'id')), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(scrap, (parts) => {
        const { problems } = loadText(`version: 1\nrules:\n  - id: a\n    ${parts.join('')}`);
        for (const { line, column } of problems) expect(Math.min(line, column)).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });

  it('keep labels as they were written', () => {
    const text = 'version: 1\nrules: [{ id: a, action: record, labels: { v: 1.10, n: 007, b: true } }]\n';
    expect(loadText(text).document.configuration.rules[0]?.labels).toEqual({
      v: '1.10',
      n: '007',
      b: 'true',
    });
  });
});

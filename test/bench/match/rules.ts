import type { Selector } from '../../../shared/config/model.ts';
import { ruleOf } from '../../match/rules.ts';
import { failureName, failureNumber, type Shape } from './service-logs.ts';

export interface BenchRule {
  selector: Selector;
  /** The same question as a regular expression, for tools that know nothing else. */
  source: string;
  kind: 'keyword' | 'regex' | 'json';
}

/** Rules in turn by keyword, by regex and, on JSON lines, by JSON pattern; each finds one failure. */
export function benchRules(shape: Shape, count: number): BenchRule[] {
  return Array.from({ length: count }, (_, index) => {
    const name = failureName(index);
    const turn = index % (shape === 'json' ? 3 : 2);
    if (turn === 0) return { selector: { kind: 'keyword', words: [name] }, source: name, kind: 'keyword' };
    if (turn === 1) {
      const source = `code=${name} id=(?P<id>[0-9]+)`;
      return { selector: { kind: 'regex', source }, source: `code=${name} id=([0-9]+)`, kind: 'regex' };
    }
    if (index % 2 === 0) {
      const pattern = `{ $.code = "${name}" && $.latency >= 0 }`;
      return { selector: { kind: 'pattern', pattern }, source: `"code":"${name}"`, kind: 'json' };
    }
    const pattern = `{ $.codeNumber = ${failureNumber(index)} }`;
    return {
      selector: { kind: 'pattern', pattern },
      source: `"codeNumber":${failureNumber(index)}`,
      kind: 'json',
    };
  });
}

export function toRules(rules: readonly BenchRule[]) {
  return rules.map(({ selector }, index) => ruleOf({ id: `rule-${index}`, match: selector }));
}

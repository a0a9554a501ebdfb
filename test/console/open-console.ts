/** A console on a stack of its own, on which the rule `errors` fires for Ann and for Bob, and who looks at it. */
import { afterAll, beforeAll } from 'vitest';
import { SECOND, startTestStack, type TestStack } from '../support/stack.ts';
import { Visitor } from './browser.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, title: Errors, severity: critical, match: ERROR, groupBy: { who: $.who }, when: { count: 2, within: 5m } }
  - { id: plain, match: PLAIN, when: { count: '>= 5', within: 5m } }
  - { id: levels, match: LEVELS, when: [{ severity: critical, count: 9, within: 5m }, { severity: warning, count: 2, within: 5m }, { severity: info, value: $.ms, stat: avg, is: '> 1', within: 5m }] }
  - { id: slow, match: { regex: 'took (?P<ms>\\d+)' }, when: { value: ms, stat: avg, is: '> 800', within: 1m }, for: 10m }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: lost, email: [{ to: [lost@example.com] }] }
route: { receiver: ops, groupWait: 5s }
`;

export interface Card {
  id: { rule: string; fingerprint: string; startsAt: number };
  standing: string;
  title: string;
  statusWord: string;
  acknowledgement: { by: string } | null;
  silences: { author: string }[];
}

interface Now {
  counts: Record<string, number>;
  groups: { receiver: string; alerts: Card[] }[];
  pending: { rule: string }[];
  ended: { title: string }[];
  failing: string[];
}

/** Opens it before the tests of a file, and closes it after them. */
export function openConsole() {
  let stack: TestStack;
  let visitor: Visitor;

  beforeAll(async () => {
    stack = await startTestStack(DOCUMENT);
    visitor = await Visitor.through(stack.consoleLink());
    await stack.log(['ann', 'ann', 'bob', 'bob'].map((who) => JSON.stringify({ level: 'ERROR', who })));
    await stack.advance(10 * SECOND);
  });
  afterAll(async () => stack.stop());

  return {
    stack: () => stack,
    visitor: () => visitor,
    now: (query = '') => visitor.read<Now>(`/api/now${query}`),
  };
}

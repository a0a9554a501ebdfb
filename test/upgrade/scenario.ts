/** One incident, in two halves: the first release leaves in the middle, the next one takes over. */

export const DOCUMENT = `
version: 1
rules:
  - id: errors
    match: { all: [ERROR, { regex: 'service=(?P<service>[a-z]+)' }] }
    groupBy: [service]
    severity: critical
    when: { count: 3, within: 5m }
    annotations: { summary: '{{ $value }} errors' }
receivers:
  - { name: ops, email: [{ to: [ops@example.com], locale: en }] }
route: { receiver: ops, groupBy: [rule], groupWait: 30s, groupInterval: 5m }
`;

export const errorsOf = (service: string) => Array.from({ length: 3 }, () => `ERROR service=${service}`);

/** What a release leaves behind: both tables, and every message that it sent, sets as `{ "$set": […] }`. */
export interface Left {
  /** ms. */
  at: number;
  config: Record<string, unknown>[];
  state: Record<string, unknown>[];
  messages: { queue: 'alerts' | 'deliveries'; body: unknown }[];
}

export function writeLeft(left: Left): string {
  const withSets = (_key: string, value: unknown) => (value instanceof Set ? { $set: [...value] } : value);
  return `${JSON.stringify(left, withSets, 1)}\n`;
}

export function readLeft(text: string): Left {
  return JSON.parse(text, (_key, value: unknown) => {
    const { $set: members } = (value ?? {}) as { $set?: unknown[] };
    return members === undefined ? value : new Set(members);
  }) as Left;
}

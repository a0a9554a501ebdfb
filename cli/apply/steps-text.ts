/** Steps of an apply as people and machines read them. Secrets that are written out in full are never shown. */
import { stringify } from 'yaml';
import { type Difference, differences } from '../../shared/applied/differences.ts';
import type { Step } from '../../shared/applied/plan.ts';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { formatPath } from '../../shared/config/explain.ts';
import type { Body } from '../../shared/config/items.ts';
import { literalSecretsOf } from '../../shared/config/schema/receiver-schema.ts';
import { oneLine } from '../../shared/text/plain.ts';

const MASK = '(a secret)';
const SIGNS = { add: '+', change: '~', remove: '-' } as const;
const COLOURS = { add: '\u001b[32m', change: '\u001b[33m', remove: '\u001b[31m' } as const;
const RESET = '\u001b[0m';

function changeOf({ before, after }: Step): keyof typeof SIGNS {
  if (before === null) return 'add';
  return after === null ? 'remove' : 'change';
}

/** An item with a line for each key that differs; a new item whole. */
export function stepText(step: Step, isColoured: boolean): string {
  const change = changeOf(step);
  const name = step.kind === 'settings' || step.kind === 'route' ? step.kind : `${step.kind} ${step.id}`;
  const conflict = step.conflict === null ? '' : `  (${step.conflict})`;
  const head = `${SIGNS[change]} ${name}${conflict}`;
  const lines =
    change === 'change'
      ? shownDifferences(step).map(
          ({ path, from, to }) => `    ${formatPath(path)}: ${valueText(from)} -> ${valueText(to)}`,
        )
      : change === 'add'
        ? bodyLines(masked(step.after))
        : [];
  const coloured = isColoured ? `${COLOURS[change]}${head}${RESET}` : head;
  return [coloured, ...lines].map((line) => `${line}\n`).join('');
}

/** Says which steps were not made, for somebody else changed their items while they were being written. */
export function overtakenText(steps: readonly Step[]): string {
  const names = steps.map(({ kind, id }) => `${kind} ${id}`).join(', ');
  return `somebody else applied at the same time, and theirs stands: ${names}.`;
}

/** A step as one line of JSON. */
export function stepJson(step: Step): string {
  const { kind, id, conflict } = step;
  const changes = shownDifferences(step).map(({ path, from = null, to = null }) => {
    return { path: formatPath(path), from, to };
  });
  return `${JSON.stringify({ type: 'difference', change: changeOf(step), kind, id, conflict, changes })}\n`;
}

function shownDifferences({ before, after }: Step): Difference[] {
  const [from, to] = [masked(before), masked(after)];
  return differences(before ?? undefined, after ?? undefined).map(({ path }) => {
    return { path, from: valueAt(from, path), to: valueAt(to, path) };
  });
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inside, step) => (inside as Body | undefined | null)?.[step], value);
}

function masked(body: Body | null): Body | undefined {
  if (body === null) return undefined;
  const copy = structuredClone(body);
  for (const path of literalSecretsOf(channelSchemas, copy)) {
    const holder = valueAt(copy, path.slice(0, -1)) as Body;
    holder[path.at(-1) ?? ''] = MASK;
  }
  return copy;
}

function bodyLines(body: Body | undefined): string[] {
  const text = stringify(body, { lineWidth: 0 });
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`);
}

function valueText(value: unknown): string {
  return value === undefined ? '(nothing)' : oneLine(JSON.stringify(value));
}

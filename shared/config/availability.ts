import { parseDuration } from './durations.ts';
import type { Finding, Path } from './explain.ts';
import type { ItemKind } from './schema/document-schema.ts';

/** A part of the format that parses and does not work yet. */
export interface Unavailable {
  kind: ItemKind;
  /** Steps joined by dots: a key, an index, `*` for any one step, a leading `**` for any number of them. */
  path: string;
  feature: string;
  /** Which values of that part; absent: all. */
  only?: (value: unknown) => boolean;
}

/** What this version does not do yet. To switch a feature on, remove its line. */
export const UNAVAILABLE: readonly Unavailable[] = [];

/** A value that asks for nothing: an empty list or map, no time at all. */
function isInert(value: unknown): boolean {
  if (value === null || value === undefined || value === 0) return true;
  if (typeof value === 'string') return parseDuration(value) === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function children(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return [...value.entries()];
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

type Judgement = (value: unknown) => boolean;

/** Paths in `value` that the steps describe and whose value is in use. */
function matching(value: unknown, steps: string[], inUse: Judgement, path: Path = []): Path[] {
  const [step, ...rest] = steps;
  if (step === undefined) return inUse(value) ? [path] : [];
  const deeper = step === '**' ? rest : null;
  const here = deeper === null ? [] : matching(value, deeper, inUse, path);
  const below = children(value).flatMap(([key, child]) => {
    if (deeper !== null) return matching(child, steps, inUse, [...path, key]);
    return step === '*' || step === String(key) ? matching(child, rest, inUse, [...path, key]) : [];
  });
  return [...here, ...below];
}

/** What a raw item uses of it. */
export function unavailableIn(kind: ItemKind, body: unknown, list: readonly Unavailable[]): Finding[] {
  return list
    .filter((entry) => entry.kind === kind)
    .flatMap(({ path, feature, only = () => true }) =>
      matching(body, path === '' ? [] : path.split('.'), (value) => !isInert(value) && only(value)).map(
        (found): Finding => ({
          path: found,
          message: `${feature} is not available in this version`,
          atKey: false,
        }),
      ),
    );
}

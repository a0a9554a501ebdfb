import type { Finding, Path } from './explain.ts';
import type { Route } from './model.ts';
import { nearest } from './nearest.ts';
import type { ItemKind, ItemValues } from './schema/document-schema.ts';

/** A parsed item with its id. */
export type ParsedItem = {
  [Kind in ItemKind]: { kind: Kind; id: string; value: ItemValues[Kind] };
}[ItemKind];

/** What items may refer to by name; those that are themselves broken included, so that one fault is told once. */
export interface KnownNames {
  rules: readonly string[];
  receivers: readonly string[];
  timeIntervals: readonly string[];
}

/** Says where a name refers to nothing. */
export function unknownName(what: string, name: string, known: readonly string[], path: Path): Finding[] {
  if (known.includes(name)) return [];
  const suggestion = nearest(name, known);
  const expected =
    known.length === 0 ? `a ${what} of this document, which has none` : `one of ${known.join(', ')}`;
  const finding: Finding = {
    path,
    message: `there is no ${what} "${name}"`,
    expected: suggestion ?? expected,
    atKey: false,
  };
  return [suggestion === null ? finding : { ...finding, suggestion }];
}

const receiverAt = (name: string | null | undefined, names: KnownNames, path: Path): Finding[] =>
  name === null || name === undefined ? [] : unknownName('receiver', name, names.receivers, path);

const intervalsAt = (intervals: string[], names: KnownNames, path: Path): Finding[] =>
  intervals.flatMap((name, index) =>
    unknownName('time interval', name, names.timeIntervals, [...path, index]),
  );

function ofRoute(route: Route, names: KnownNames, path: Path): Finding[] {
  return [
    ...receiverAt(route.receiver, names, [...path, 'receiver']),
    ...intervalsAt(route.muteTimeIntervals, names, [...path, 'muteTimeIntervals']),
    ...intervalsAt(route.activeTimeIntervals, names, [...path, 'activeTimeIntervals']),
    ...(route.escalate ?? []).flatMap(({ receiver }, index) =>
      receiverAt(receiver, names, [...path, 'escalate', index, 'receiver']),
    ),
    ...route.routes.flatMap((child, index) => ofRoute(child, names, [...path, 'routes', index])),
  ];
}

/** The root route takes every alert at any time, as in Alertmanager. */
function ofRoot(route: Route): Finding[] {
  const filters = ['matchers', 'muteTimeIntervals', 'activeTimeIntervals'] as const;
  const findings = filters
    .filter((key) => route[key].length > 0)
    .map(
      (key): Finding => ({
        path: [key],
        message: 'cannot stand on the root route, which takes every alert',
        expected: 'it on a route below',
        atKey: true,
      }),
    );
  if (route.continue) {
    findings.push({
      path: ['continue'],
      message: 'means nothing on the root route',
      expected: 'it on a route below',
      atKey: true,
    });
  }
  if (route.receiver === undefined) {
    findings.push({
      path: ['receiver'],
      message: 'is missing',
      expected: 'a receiver for what no route below takes',
      atKey: false,
    });
  }
  return findings;
}

/** References of one item to what is not there, and what its place in the document forbids. */
export function crossReferences(item: ParsedItem, names: KnownNames): Finding[] {
  switch (item.kind) {
    case 'rule':
      return [
        ...receiverAt(item.value.receiver, names, ['receiver']),
        ...intervalsAt(item.value.activeTimeIntervals, names, ['activeTimeIntervals']),
      ];
    case 'receiver':
      if (item.value.fallback === item.id) {
        return [
          {
            path: ['fallback'],
            message: 'is the receiver itself',
            expected: 'another receiver',
            atKey: false,
          },
        ];
      }
      return receiverAt(item.value.fallback, names, ['fallback']);
    case 'route':
      return [...ofRoot(item.value), ...ofRoute(item.value, names, [])];
    default:
      return [];
  }
}

import type { ParsedItem } from './cross-references.ts';
import type { Finding, Path } from './explain.ts';
import {
  type Condition,
  type GroupLabel,
  type LabelMatcher,
  type Receiver,
  type Route,
  type Rule,
  SEVERITIES,
} from './model.ts';
import { nearest } from './nearest.ts';
import { noveltyLabel } from './novelty.ts';
import { RESERVED_LABELS } from './references.ts';
import { labelsIn, parseTemplate } from './templates.ts';

/** What the alerts of a document's rules are called by. */
export interface GivenLabels {
  names: readonly string[];
  /** Ids, the values of the label `rule`. */
  rules: readonly string[];
}

/** The labels that every alert of a rule has. */
export function labelsOfAlerts(
  { labels, groupBy }: { labels: Record<string, string>; groupBy: readonly GroupLabel[] },
  conditions: readonly Condition[],
): string[] {
  const novelties = conditions.flatMap((condition) =>
    condition.kind === 'novel' ? [noveltyLabel(condition.of)] : [],
  );
  return [...RESERVED_LABELS, ...Object.keys(labels), ...groupBy.map(({ label }) => label), ...novelties];
}

export function givenLabels(rules: readonly Rule[]): GivenLabels {
  const names = rules.flatMap((rule) =>
    labelsOfAlerts(
      rule,
      rule.when.map(({ condition }) => condition),
    ),
  );
  return { names: [...new Set(names)], rules: rules.map(({ id }) => id) };
}

/**
 * Labels that routes, inhibitions and receivers ask for and that no rule gives, where one that a rule gives was probably
 * meant: others may be those of another document's rules.
 */
export function misspeltLabels(item: ParsedItem, given: GivenLabels): Finding[] {
  switch (item.kind) {
    case 'route':
      return ofRoute(item.value, given, []);
    case 'inhibitRule': {
      const { sourceMatchers, targetMatchers, equal } = item.value;
      return [
        ...ofMatchers(sourceMatchers, given, ['sourceMatchers']),
        ...ofMatchers(targetMatchers, given, ['targetMatchers']),
        ...equal.flatMap((label, index) => ofLabel(label, given, ['equal', index])),
      ];
    }
    case 'receiver':
      return ofReceiver(item.value, given);
    default:
      return [];
  }
}

function ofRoute({ matchers, groupBy = [], routes }: Route, given: GivenLabels, path: Path): Finding[] {
  return [
    ...ofMatchers(matchers, given, [...path, 'matchers']),
    ...groupBy.flatMap((label, index) => ofLabel(label, given, [...path, 'groupBy', index])),
    ...routes.flatMap((route, index) => ofRoute(route, given, [...path, 'routes', index])),
  ];
}

function ofMatchers(matchers: readonly LabelMatcher[], given: GivenLabels, path: Path): Finding[] {
  return matchers.flatMap((matcher, index) => {
    const at = [...path, index];
    return [...ofLabel(matcher.label, given, at), ...ofValue(matcher, given, at)];
  });
}

/** Values of the labels whose values are known; of a regex as far as it lists words. */
function ofValue({ label, operator, value }: LabelMatcher, { rules }: GivenLabels, path: Path): Finding[] {
  const isRegex = operator === '=~' || operator === '!~';
  if (value === '' || (isRegex && !/^[\w|-]+$/.test(value))) return [];
  return (isRegex ? value.split('|') : [value]).flatMap((one) => {
    if (label === 'severity' && !SEVERITIES.some((severity) => severity === one)) {
      const expected = nearest(one, SEVERITIES) ?? `one of ${SEVERITIES.join(', ')}`;
      return [{ path, message: `no alert has the severity "${one}"`, expected, atKey: false }];
    }
    return label === 'rule' ? misspelt(`there is no rule "${one}"`, one, rules, path) : [];
  });
}

function ofReceiver({ channels }: Receiver, given: GivenLabels): Finding[] {
  return channels.flatMap(({ kind, settings }, position) => {
    const index = channels.slice(0, position).filter((before) => before.kind === kind).length;
    return (['title', 'body'] as const).flatMap((key) =>
      labelsIn(parseTemplate(settings[key] ?? '').parts).flatMap((label) =>
        ofLabel(label, given, [kind, index, key]),
      ),
    );
  });
}

function ofLabel(label: string, { names }: GivenLabels, path: Path): Finding[] {
  return misspelt(`no rule's alerts have the label "${label}"`, label, names, path);
}

function misspelt(message: string, name: string, known: readonly string[], path: Path): Finding[] {
  const expected = known.includes(name) ? null : nearest(name, known);
  return expected === null ? [] : [{ path, message, expected, suggestion: expected, atKey: false }];
}

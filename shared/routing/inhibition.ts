/**
 * Inhibition with Alertmanager's meaning (inhibit/inhibit.go): while an alert of a rule's source fires, an alert of its
 * target with the same values of all `equal` labels is kept quiet.
 */

import { isSignOfLife } from '../alerts/signs-of-life.ts';
import type { InhibitRule } from '../config/model.ts';
import { matchesLabels } from './matchers.ts';

/** A firing alert that some inhibit rule names as its source. */
export interface FiringSource {
  ruleId: string;
  title: string;
  labels: Record<string, string>;
}

/** Whether an alert may be a source; only such alerts are kept in mind. */
export function isSource(rules: readonly InhibitRule[], labels: Record<string, string>): boolean {
  return (
    !isSignOfLife(labels.rule) && rules.some(({ sourceMatchers }) => matchesLabels(sourceMatchers, labels))
  );
}

/** Whether an alert may be kept quiet at all. */
export function isTarget(rules: readonly InhibitRule[], labels: Record<string, string>): boolean {
  return rules.some(({ targetMatchers }) => matchesLabels(targetMatchers, labels));
}

/**
 * The first rule and source that keep an alert quiet; null: none does. A missing label equals an empty one; an alert
 * that matches both sides of a rule is not kept quiet by another such alert, hence not by itself.
 */
export function inhibitedBy(
  rules: readonly InhibitRule[],
  sources: readonly FiringSource[],
  labels: Record<string, string>,
): { rule: InhibitRule; source: FiringSource } | null {
  for (const rule of rules) {
    if (!matchesLabels(rule.targetMatchers, labels)) continue;
    const isTwoSided = matchesLabels(rule.sourceMatchers, labels);
    const source = sources.find(
      (candidate) =>
        matchesLabels(rule.sourceMatchers, candidate.labels) &&
        rule.equal.every((name) => labelOf(candidate.labels, name) === labelOf(labels, name)) &&
        !(isTwoSided && matchesLabels(rule.targetMatchers, candidate.labels)),
    );
    if (source !== undefined) return { rule, source };
  }
  return null;
}

function labelOf(labels: Record<string, string>, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}

import { hash } from 'node:crypto';
import type { Rule } from '../config/model.ts';
import type { RuleVersion } from '../revision.ts';

/** An alert is its rule id and `groupBy` labels (contract §1.3, "Identity"). */
export function fingerprintOf(ruleId: string, groupLabels: Record<string, string>): string {
  return shortHash(JSON.stringify([ruleId, sortedEntries(groupLabels)]));
}

const GENERATIONS = new WeakMap<Rule, string>();

/** Changes with whatever restarts a rule's counting: match, logGroups, fields, groupBy, when. */
export function generationOf(rule: Rule): string {
  const known = GENERATIONS.get(rule);
  if (known !== undefined) return known;
  const { match, logGroups, fields, groupBy, when } = rule;
  const counted = when.map(({ condition, forMs }) => ({ condition, forMs }));
  const generation = digest([match, logGroups, fields, groupBy, counted]).slice(0, 8);
  GENERATIONS.set(rule, generation);
  return generation;
}

/** A rule as whoever holds it knows it. */
export function versionOf(rule: Rule): RuleVersion {
  return { generation: generationOf(rule), revision: rule.revision ?? 0 };
}

/** The labels that routes, silences and receivers see. */
export function alertLabels(rule: Rule, groupLabels: Record<string, string>): Record<string, string> {
  return { ...rule.labels, ...groupLabels, rule: rule.id, severity: rule.severity };
}

/** Labels in the order of their names. */
export function sortedEntries(labels: Record<string, string>): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A short, stable name for a JSON value; the order of an object's keys does not matter. */
export function digest(value: unknown): string {
  return shortHash(JSON.stringify(value, withSortedKeys));
}

function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}

function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

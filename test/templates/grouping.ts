import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closest, shapeOf, widened } from '../../shared/templates/drain.ts';

/** A log with the true kind of each line, as loghub's `*_2k.log_structured.csv` have it. */
export interface LabelledLog {
  name: string;
  /** The `Content` column. */
  contents: string[];
  lines: string[];
  events: string[];
}

export function labelledLogs(folder: string): LabelledLog[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('_structured.csv'))
    .map((name) => readLabelled(folder, name.slice(0, -'_structured.csv'.length)));
}

function readLabelled(folder: string, name: string): LabelledLog {
  const [header = [], ...rows] = readCsv(readFileSync(join(folder, `${name}_structured.csv`), 'utf8'));
  const column = (title: string) => rows.map((row) => row[header.indexOf(title)] ?? '');
  const text = readFileSync(join(folder, name), 'utf8');
  const lines = text.split(/\r?\n/).slice(0, rows.length);
  return { name, contents: column('Content'), lines, events: column('EventId') };
}

function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end !== ',') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}

/** For each message the number of the template that it belongs to in the end. */
export function groupsOf(messages: readonly string[]): number[] {
  const leaves = new Map<string, { number: number; words: readonly string[] }[]>();
  let templates = 0;
  return messages.map((message) => {
    const { leaf, words } = shapeOf(message);
    const known = leaves.get(leaf) ?? [];
    leaves.set(leaf, known);
    const found =
      known[
        closest(
          known.map((template) => template.words),
          words,
        )
      ];
    if (found === undefined) return known.push({ number: templates, words }) && templates++;
    found.words = widened(found.words, words);
    return found.number;
  });
}

/**
 * The share of messages whose group holds exactly the messages of their true event (grouping accuracy, as Zhu et al.
 * define it in "Tools and Benchmarks for Automated Log Parsing", ICSE-SEIP 2019, after Drain's own evaluation).
 */
export function groupingAccuracy(groups: readonly number[], events: readonly string[]): number {
  const pairs = new Set(groups.map((group, at) => `${group} ${events[at]}`));
  const partners = (of: (pair: string) => string) => {
    const counts = new Map<string, number>();
    for (const pair of pairs) counts.set(of(pair), (counts.get(of(pair)) ?? 0) + 1);
    return counts;
  };
  const groupOf = (pair: string) => pair.slice(0, pair.indexOf(' '));
  const eventOf = (pair: string) => pair.slice(pair.indexOf(' ') + 1);
  const eventsOfGroup = partners(groupOf);
  const groupsOfEvent = partners(eventOf);
  const right = groups.filter(
    (group, at) => eventsOfGroup.get(`${group}`) === 1 && groupsOfEvent.get(events[at] ?? '') === 1,
  );
  return right.length / groups.length;
}

import { channelSchemas } from '../../shared/channels/registry.ts';
import { type Loaded, load } from '../../shared/config/load.ts';
import type { Rule } from '../../shared/config/model.ts';
import { formatProblem } from '../../shared/config/problems.ts';

/** Loads one text as `doc.yaml`; features that this version lacks are taken as there. */
export function loadText(text: string, variables: Record<string, string> = {}): Loaded {
  return load([{ file: 'doc.yaml', text }], { channels: channelSchemas, variables, unavailable: [] });
}

/** The problems of a text as `check` prints them. */
export function problemsOf(text: string, variables: Record<string, string> = {}): string[] {
  return loadText(text, variables).problems.map(formatProblem);
}

/** The problems of one rule whose keys besides `id` are `lines`. */
export function problemsOfRule(lines: string): string[] {
  return problemsOf(`version: 1\nrules:\n  - id: r\n    action: record\n    ${lines}\n`);
}

/** The one rule that is made of `id: r` and `lines`. */
export function ruleOf(lines: string): Rule {
  const { document, problems } = loadText(
    `version: 1\nrules:\n  - id: r\n    action: record\n    ${lines}\n`,
  );
  const rule = document.configuration.rules[0];
  if (problems.length > 0 || rule === undefined) throw new Error(problems.map(formatProblem).join('\n'));
  return rule;
}

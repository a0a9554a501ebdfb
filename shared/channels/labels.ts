import type { NotifiedAlert } from '../alerts/notification.ts';
import { cutBytes, oneLine, plainText } from '../text/plain.ts';
import { LABEL_BYTES_MAX } from './alert-facts.ts';
import type { AlertWords } from './alert-words.ts';
import { lineText } from './line-text.ts';

const TEXT_BYTES_MAX = 2000;
const DESCRIPTION_BYTES_MAX = 8000;

/** The alert's labels as Prometheus' world has them: with `alertname`, on one line each. */
export function prometheusLabels({ labels, ruleId }: NotifiedAlert): Record<string, string> {
  const entries = Object.entries(labels).map(([name, value]) => [
    cutBytes(oneLine(name), LABEL_BYTES_MAX),
    cutBytes(oneLine(value), LABEL_BYTES_MAX),
  ]);
  return { ...Object.fromEntries(entries), alertname: ruleId };
}

/**
 * The alert's annotations, filled in; `summary` and `description` always stand, since receivers of such alerts show
 * these two. `notes` are those of the whole message; so many example `lines` go into the description.
 */
export function prometheusAnnotations(
  alert: AlertWords,
  notes: readonly string[],
  lines: number,
): Record<string, string> {
  const own = Object.fromEntries(
    alert.annotations.map(({ name, text }) => [name, cutBytes(text, TEXT_BYTES_MAX)]),
  );
  const facts = alert.facts.map(({ name, text }) => `${name}: ${text}`);
  const shown = alert.lines.slice(0, lines).map((line) => lineText(line, TEXT_BYTES_MAX));
  return {
    summary: alert.summary ?? alert.title,
    description: cutBytes(
      plainText([...notes, ...alert.notes, ...facts, ...shown].join('\n')),
      DESCRIPTION_BYTES_MAX,
    ),
    ...(alert.runbookUrl === null ? {} : { runbook_url: alert.runbookUrl }),
    ...own,
  };
}

/** What all of them have in common. */
export function common(all: readonly Record<string, string>[]): Record<string, string> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)),
  );
}

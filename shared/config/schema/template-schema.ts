import * as z from 'zod';
import { byNearness, nearest } from '../nearest.ts';
import { labelsIn, parseTemplate } from '../templates.ts';

function inWords({ position, message }: { position: number; message: string }): string {
  return `${message} (character ${position + 1} of the template)`;
}

/** A template; every slip in it is told. */
export const templateSchema = z.string().check((context) => {
  if (context.value === '') {
    context.issues.push({
      code: 'custom',
      message: 'is empty',
      params: { expected: 'a text' },
      input: context.value,
    });
  }
  for (const fault of parseTemplate(context.value).faults) {
    const params = { expected: fault.expected };
    context.issues.push({ code: 'custom', message: inWords(fault), params, input: context.value });
  }
});

/** A rule's annotations: templates that ask for no label that its alerts do not have. */
export function checkTemplates(
  annotations: Record<string, string>,
  known: readonly string[],
  context: z.RefinementCtx,
): void {
  for (const [name, text] of Object.entries(annotations)) {
    const { parts, faults } = parseTemplate(text);
    const wrong = labelsIn(parts).filter((label) => !known.includes(label));
    const foreign = wrong.map((label) => ({
      message: `\`$labels.${label}\` is no label of this rule's alerts (character ${text.indexOf(`$labels.${label}`) + 1} of the template)`,
      expected: nearestLabel(label, known),
    }));
    const slips = faults.map((fault) => ({ message: inWords(fault), expected: fault.expected }));
    for (const { message, expected } of [...slips, ...foreign]) {
      context.addIssue({ code: 'custom', path: ['annotations', name], message, params: { expected } });
    }
  }
}

function nearestLabel(label: string, known: readonly string[]): string {
  const near = nearest(label, known);
  return near === null
    ? byNearness(label, known)
        .map((other) => `$labels.${other}`)
        .join(', ')
    : `$labels.${near}`;
}

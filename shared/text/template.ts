import { parseTemplate, type TemplatePart, type TemplateVariable } from '../config/templates.ts';

/** What a template's variables stand for, each already in words; what is absent reads as nothing. */
export type TemplateValues = { labels: Record<string, string> } & {
  [Name in Exclude<TemplateVariable['name'], 'labels'>]?: string;
};

/**
 * Fills a template (`shared/config/templates.ts`). What it does not understand stays as written; a value that itself
 * looks like a template is not filled again.
 */
export function fillTemplate(template: string, values: TemplateValues): string {
  return filled(parseTemplate(template).parts, values);
}

function filled(parts: readonly TemplatePart[], values: TemplateValues): string {
  return parts
    .map((part) => {
      if (part.kind === 'text') return part.text;
      const value = wordsOf(part.variable, values);
      if (part.kind === 'variable') return value;
      return filled(value === '' ? part.otherwise : part.shown, values);
    })
    .join('');
}

function wordsOf(variable: TemplateVariable, values: TemplateValues): string {
  if (variable.name !== 'labels') return values[variable.name] ?? '';
  const { label } = variable;
  return Object.hasOwn(values.labels, label) ? (values.labels[label] ?? '') : '';
}

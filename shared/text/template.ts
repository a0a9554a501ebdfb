/**
 * Fills `{{ $value }}` and `{{ $labels.NAME }}` of an annotation. What it does not know stays as written, so that a
 * slip is seen and not lost; a value that itself looks like a template is not filled again.
 */
export function fillTemplate(
  template: string,
  alert: { labels: Record<string, string> },
  value: string,
): string {
  return template.replace(/\{\{\s*\$(value|labels\.([A-Za-z_][\w-]*))\s*\}\}/g, (whole, name, label) => {
    if (name === 'value') return value;
    const found = Object.hasOwn(alert.labels, label) ? alert.labels[label] : undefined;
    return found ?? whole;
  });
}

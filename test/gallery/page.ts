import { PAGE_STYLE } from '../../infra/local/sent-page/style.ts';

export const SCHEMES = ['light', 'dark'] as const;

/** A whole mail as it is, anything else on the page of the stand-in; in one scheme whatever the reader's system says. */
export function pageOf(html: string, scheme: (typeof SCHEMES)[number], language: string): string {
  const whole = html.startsWith('<!DOCTYPE')
    ? html
    : `<!DOCTYPE html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><style>${PAGE_STYLE}</style></head><body>${html}</body></html>`;
  return whole
    .replaceAll('(prefers-color-scheme:dark)', scheme === 'dark' ? 'all' : 'not all')
    .replaceAll('color-scheme:light dark', `color-scheme:${scheme}`);
}

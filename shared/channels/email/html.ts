/**
 * The building blocks of the mail's HTML: presentation tables, inline styles, `bgcolor` attributes for Outlook, and
 * classes for the dark scheme where clients honour it.
 */
import type { Severity } from '../../config/model.ts';
import { escapeHtml } from '../../text/html.ts';

export const FONT =
  "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei',Helvetica,Arial,sans-serif";
export const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Courier New',monospace";

/** Background of the banner and of tags under white letters; every pair has a contrast of at least 4.5 : 1. */
export const BANNERS: Record<Severity | 'resolved', string> = {
  critical: '#b42318',
  error: '#b54708',
  warning: '#8a6100',
  info: '#175cd3',
  resolved: '#067647',
};

export const WRAPPED = 'white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word';

/** A paragraph, escaped; `size` in pixels. */
export function text(content: string, size: number, soft = false): string {
  const colour = soft ? '#59636e' : '#1f2328';
  return `<div class="${soft ? 'soft' : 'ink'}" style="font:${size}px/1.5 ${FONT};color:${colour};${WRAPPED}">${escapeHtml(content)}</div>`;
}

/** A full-width row of the mail's single column. */
export function row(content: string, style = 'padding:0 24px 16px'): string {
  return `<tr><td class="pad" style="${style}">${content}</td></tr>`;
}

export function table(rows: string, attributes = ''): string {
  return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"${attributes}>${rows}</table>`;
}

/** A button that Outlook shows as well: a coloured cell around a link. */
export function button(label: string, url: string, primary: boolean): string {
  const [background, colour, name] = primary
    ? ['#1f6feb', '#ffffff', 'primary']
    : ['#eef1f5', '#1f2328', 'secondary'];
  return (
    `<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="display:inline-table;margin:0 8px 8px 0"><tr>` +
    `<td class="${name}" bgcolor="${background}" style="border-radius:6px;background:${background}">` +
    `<a class="${name}" href="${escapeHtml(url)}" style="display:inline-block;padding:9px 16px;border-radius:6px;font:600 14px ${FONT};color:${colour};text-decoration:none">${escapeHtml(label)}</a>` +
    `</td></tr></table>`
  );
}

const STYLE = `
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:620px){.page{width:100%!important;border-radius:0!important}.canvas{padding:0!important}.pad{padding-left:16px!important;padding-right:16px!important}.half{display:block!important;width:100%!important;box-sizing:border-box}.tail{border-width:0!important;padding-top:0!important}}
@media (prefers-color-scheme:dark){
body,.canvas{background:#0d1117!important}
.page{background:#161b22!important}
.ink{color:#e6edf3!important}.soft{color:#9198a1!important}
.line{background:#0d1117!important;color:#e6edf3!important;border-color:#30363d!important}
.rule{border-color:#30363d!important}
.secondary{background:#30363d!important;color:#e6edf3!important}
}`;

/** The whole document around the rows of a mail; `preheader` is what inboxes show after the subject. */
export function page(locale: string, title: string, preheader: string, rows: string): string {
  return `<!DOCTYPE html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
<title>${escapeHtml(title)}</title><style>${STYLE}</style>
<!--[if mso]><style>td,div,span,a{font-family:'Segoe UI','Microsoft YaHei',Arial,sans-serif!important}</style><![endif]--></head>
<body style="margin:0;padding:0;background:#f3f4f6">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeHtml(preheader)}</div>
${table(
  `<tr><td align="center" class="canvas" bgcolor="#f3f4f6" style="padding:24px 0;background:#f3f4f6">` +
    `<table role="presentation" class="page" width="600" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" style="width:600px;max-width:100%;background:#ffffff;border-radius:10px;overflow:hidden;table-layout:fixed">${rows}</table></td></tr>`,
)}
</body></html>`;
}

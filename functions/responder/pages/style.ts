import { createHash } from 'node:crypto';

/** For a phone at night first: one column, large targets, the scheme that the reader's system prefers. */
export const STYLE = `
:root{color-scheme:light dark;--canvas:#f3f4f6;--page:#fff;--ink:#1f2328;--soft:#59636e;--rule:#d1d9e0;--line:#f6f8fa;--accent:#175cd3;--on-accent:#fff;
--critical:#b42318;--error:#b54708;--warning:#8a6100;--info:#175cd3;--over:#067647;--curve:#175cd3}
@media (prefers-color-scheme:dark){:root{--canvas:#0d1117;--page:#161b22;--ink:#e6edf3;--soft:#9aa4af;--rule:#30363d;--line:#0d1117;--accent:#8fb4ff;--on-accent:#0d1117;
--critical:#8f1d15;--error:#8a3706;--warning:#6b4c00;--info:#1c4fa8;--over:#05603a;--curve:#8fb4ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--canvas);color:var(--ink);font:16px/1.5 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif;-webkit-text-size-adjust:100%}
a{color:var(--accent)}
nav{max-width:720px;margin:0 auto;padding:10px 16px;display:flex;justify-content:space-between;color:var(--soft);font-size:14px}
main{max-width:720px;margin:0 auto 32px;background:var(--page);overflow:hidden}
header{padding:16px;color:#fff;background:var(--info)}
header.critical{background:var(--critical)}header.error{background:var(--error)}header.warning{background:var(--warning)}header.over{background:var(--over)}
header.plain{background:none;color:var(--ink);padding-bottom:0}
header p{margin:0;font-size:14px;font-weight:600}
h1{margin:0;font-size:20px;line-height:1.35;overflow-wrap:anywhere}
h2{margin:0 0 6px;font-size:14px;color:var(--soft);font-weight:600}
section{padding:14px 16px 0}main>:last-child{padding-bottom:20px}
p{margin:0 0 8px;overflow-wrap:anywhere}.soft{color:var(--soft);font-size:14px}
.banner{margin:14px 16px 0;padding:10px 12px;border:1px solid var(--rule);border-left:4px solid var(--over);border-radius:6px;overflow-wrap:anywhere}
.mistake{border-left-color:var(--critical)}form .banner{margin:0}.whole{white-space:nowrap}
dl{margin:0;display:grid;grid-template-columns:1fr 1fr;gap:10px 16px}dt{color:var(--soft);font-size:13px}dd{margin:0;overflow-wrap:anywhere}
.labels{margin:0;padding:0;list-style:none;display:flex;flex-wrap:wrap;gap:6px}.labels li{background:var(--line);border:1px solid var(--rule);border-radius:6px;padding:2px 8px;font-size:14px;overflow-wrap:anywhere;max-width:100%}.labels b{font-weight:400;color:var(--soft)}
pre+.labels{margin:0 0 10px}.actions{display:flex;gap:12px;flex-wrap:wrap}.actions .button{flex:1 1 140px}
.button{min-height:48px;display:flex;align-items:center;justify-content:center;padding:8px 16px;border:1px solid var(--accent);border-radius:8px;font:inherit;font-size:17px;font-weight:600;text-align:center;text-decoration:none;color:var(--accent);background:none;cursor:pointer}
.first{background:var(--accent);color:var(--on-accent)}
.chart{display:block;width:100%;height:auto}.chart text{fill:var(--soft);font-size:21px;paint-order:stroke;stroke:var(--page);stroke-width:5px;stroke-linejoin:round}.chart .end{text-anchor:end}
.chart .axis{stroke:var(--rule)}.chart .curve{fill:none;stroke:var(--curve);stroke-width:2}.chart .area{fill:var(--curve);opacity:.15}
.chart .limit{stroke:var(--critical);stroke-width:1.5;stroke-dasharray:5 4}@media (prefers-color-scheme:dark){.chart .limit{stroke:#f98e8b}}
pre{margin:0 0 8px;padding:8px 10px;background:var(--line);border:1px solid var(--rule);border-radius:6px;font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
ol{margin:0;padding:0;list-style:none}ol li{padding:0 0 8px 14px;border-left:2px solid var(--rule);overflow-wrap:anywhere}ol time{display:block;color:var(--soft);font-size:13px}ol .ahead{border-left-style:dashed;color:var(--soft)}
form{display:flex;flex-direction:column;gap:14px}label,legend{font-weight:600;padding:0}
input[type=text]{width:100%;min-height:48px;margin-top:4px;padding:8px 12px;border:1px solid var(--soft);border-radius:8px;font:inherit;color:inherit;background:var(--page)}
fieldset{margin:0;padding:0;border:0;min-width:0}.choices{display:flex;flex-wrap:wrap;gap:8px;margin-top:4px}.choices label{flex:1 1 auto;min-height:48px;display:flex;align-items:center;gap:8px;padding:8px 12px;border:1px solid var(--rule);border-radius:8px;font-weight:400}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (min-width:760px){.chart text{font-size:13px}main{border-radius:10px;border:1px solid var(--rule)}header,section{padding-left:24px;padding-right:24px}.banner{margin-left:24px;margin-right:24px}dl{grid-template-columns:repeat(3,1fr)}}
`;

/** What the content security policy lets in: this very style, and no other. */
export const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`;

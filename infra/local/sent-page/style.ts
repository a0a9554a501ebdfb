/** The stand-in's page: a chat, in the scheme that the reader's system prefers. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--canvas:#f2f3f5;--page:#fff;--ink:#1f2329;--soft:#646a73;--rule:#dee0e3;--line:#f5f6f7;
--red:#b3261e;--orange:#964608;--yellow:#775900;--green:#1f6f16;--blue:#245bdb;--purple:#6425d0;
--red-bg:#fde2e2;--orange-bg:#feead2;--yellow-bg:#faf1d1;--green-bg:#d9f5d6;--blue-bg:#e1eaff;--purple-bg:#ece2fe;--grey-bg:#eff0f1}
@media (prefers-color-scheme:dark){:root{--canvas:#131415;--page:#1f2022;--ink:#ebebeb;--soft:#a0a3a8;--rule:#3b3d41;--line:#292a2d;
--red:#f98e8b;--orange:#f5a54a;--yellow:#e8c33b;--green:#7cd072;--blue:#8fb4ff;--purple:#c3a5f9;
--red-bg:#4a1f1d;--orange-bg:#46290d;--yellow-bg:#3d310a;--green-bg:#17351a;--blue-bg:#1b2c50;--purple-bg:#31215a;--grey-bg:#303236}}
*{box-sizing:border-box}
body{margin:0;background:var(--canvas);color:var(--ink);font:14px/1.55 -apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif}
.top{position:sticky;top:0;z-index:1;background:var(--page);border-bottom:1px solid var(--rule);padding:12px 20px;display:flex;flex-wrap:wrap;gap:4px 16px;align-items:baseline}
h1{font-size:16px;margin:0}.top p{margin:0;color:var(--soft)}.top a{color:var(--blue);margin-left:auto}
main{max-width:680px;margin:0 auto;padding:16px}
.empty{color:var(--soft);text-align:center;padding:64px 16px}
.message{margin:0 0 20px}.meta{color:var(--soft);font-size:12px;margin:0 0 6px;display:flex;gap:8px;flex-wrap:wrap}.meta b{color:var(--ink)}
.bubble{background:var(--page);border:1px solid var(--rule);border-radius:8px;overflow:hidden}
.head{padding:12px 16px}.title{font-size:16px;font-weight:600;overflow-wrap:anywhere}.subtitle{font-size:13px}
.head.red,.head.carmine{background:var(--red-bg);color:var(--red)}.head.orange{background:var(--orange-bg);color:var(--orange)}
.head.yellow{background:var(--yellow-bg);color:var(--yellow)}.head.green,.head.turquoise{background:var(--green-bg);color:var(--green)}
.head.blue,.head.wathet,.head.indigo{background:var(--blue-bg);color:var(--blue)}.head.violet,.head.purple{background:var(--purple-bg);color:var(--purple)}
.head.grey{background:var(--grey-bg)}
.tag{display:inline-block;margin-right:4px;font-size:12px;font-weight:500;line-height:18px;padding:0 6px;border-radius:4px;vertical-align:2px;background:var(--page);color:var(--soft)}
.tag.red{color:var(--red)}.tag.orange{color:var(--orange)}.tag.yellow{color:var(--yellow)}.tag.green{color:var(--green)}.tag.blue{color:var(--blue)}.tag.purple{color:var(--purple)}
.body{padding:14px 16px;display:flex;flex-direction:column;gap:10px}
.text{white-space:pre-wrap;overflow-wrap:anywhere}.small{font-size:12px}
.ink-grey{color:var(--soft)}.ink-red{color:var(--red)}.ink-orange{color:var(--orange)}.ink-yellow{color:var(--yellow)}.ink-green{color:var(--green)}.ink-blue{color:var(--blue)}.ink-purple{color:var(--purple)}
.at{color:var(--blue);background:var(--blue-bg);border-radius:4px;padding:0 4px}
.columns{display:flex;gap:12px}.columns.flow{flex-wrap:wrap;gap:8px}.column{flex:1 1 0;min-width:0}.column.auto{flex:0 0 auto;max-width:100%}
.button{display:inline-block;border:1px solid var(--rule);border-radius:6px;padding:5px 14px;color:var(--ink);text-decoration:none}
.button.filled{background:#245bdb;border-color:#245bdb;color:#fff}
.panel{border:1px solid var(--rule);border-radius:6px}.panel summary{cursor:pointer;padding:6px 12px;font-weight:500}
.lines{padding:0 10px 10px;display:flex;flex-direction:column;gap:6px}.lines .text,pre{background:var(--line);border-radius:4px;padding:6px 8px;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre,code{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
hr{border:0;border-top:1px solid var(--rule);width:100%;margin:2px 0}
table{border-collapse:collapse;width:100%}th,td{border:1px solid var(--rule);padding:4px 8px;text-align:left}
.chart{width:100%;height:auto}.chart .area{fill:#3370ff;opacity:.12}.chart .curve{fill:none;stroke:#3370ff;stroke-width:2}.chart .limit{fill:none;stroke:var(--red);stroke-width:1.5;stroke-dasharray:5 4}.chart line{stroke:var(--rule)}.chart text{fill:var(--soft);font-size:11px}.chart .end{text-anchor:end}
@media(max-width:480px){.chart text{font-size:17px}}
.refused{color:var(--soft);font-size:12px;margin:0 0 12px;padding:6px 12px;border-left:3px solid var(--orange);overflow-wrap:anywhere}
@media (max-width:480px){main{padding:10px}.columns.bisect,.columns.stretch,.columns.trisect{flex-direction:column;gap:10px}.top{padding:10px 12px}}
`;

/** Asks for what is newer than the newest shown, and puts it on top. */
export const PAGE_SCRIPT = `
const list=document.querySelector('#messages');
async function look(){
  const answer=await fetch('/messages?after='+list.dataset.seq+'&lang='+document.documentElement.lang);
  if(!answer.ok)return;
  const seq=answer.headers.get('x-seq');
  if(seq===list.dataset.seq)return;
  list.dataset.seq=seq;
  document.querySelector('.empty')?.remove();
  list.insertAdjacentHTML('afterbegin',await answer.text());
}
setInterval(()=>look().catch(()=>{}),1000);
`;

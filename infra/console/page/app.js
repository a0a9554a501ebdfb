/** The page: which view is shown, what keeps it fresh, and the keys. */
import { el, renderInto } from './dom.js';
import { read } from './interface.js';
import { helpDialog } from './keys.js';
import { follow } from './live.js';
import { locale, setLocale, t } from './locale.js';
import { now, span } from './times.js';
import { alertView } from './views/alert.js';
import { deliveriesView } from './views/deliveries.js';
import { nowView } from './views/now.js';
import { ruleView } from './views/rule.js';
import { rulesView } from './views/rules.js';
import { silencesView } from './views/silences.js';
import { systemView } from './views/system.js';
import { tryView } from './views/try.js';

/** Each makes `{ title, refresh(), concerns }` in a container: `concerns` are the names of changes it shows. */
const VIEWS = {
  now: nowView,
  alert: alertView,
  rules: (container, context) => (context.rest.length > 0 ? ruleView : rulesView)(container, context),
  try: tryView,
  silences: silencesView,
  deliveries: deliveriesView,
  system: systemView,
};
const TABS = ['now', 'rules', 'try', 'silences', 'deliveries', 'system'];
/** What nobody announces is asked for again this often, ms. */
const AGAIN_MS = 5000;

const main = document.getElementById('main');
const bar = document.getElementById('bar');
const session = { place: '', author: '', mayAct: false };
let view = null;
let isHeard = true;

function routeOf() {
  const [name = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  return { name: Object.hasOwn(VIEWS, name) ? name : 'now', rest: rest.map(decodeURIComponent) };
}

async function show() {
  const { name, rest } = routeOf();
  view?.leave?.();
  main.replaceChildren();
  view = VIEWS[name](main, { rest, session });
  document.title = `${t(name)} · tocsin`;
  drawBar(name);
  await refresh();
}

async function refresh() {
  const shown = view;
  try {
    await shown.refresh();
  } catch (error) {
    if (shown === view) renderInto(main, el('p', { class: 'banner mistake', role: 'alert' }, error.message));
  }
}

function drawBar(current) {
  const other = locale === 'en' ? 'zh-CN' : 'en';
  const changeLanguage = () => {
    setLocale(other);
    void show();
  };
  renderInto(
    bar,
    el(
      'a',
      { class: 'brand', href: '#/now' },
      el('img', { src: '/icon.svg', alt: '', width: 22, height: 22 }),
      'tocsin',
    ),
    el('span', { class: 'place' }, session.place ?? t('thisMachine')),
    el(
      'nav',
      { 'aria-label': t('views') },
      TABS.map((name) =>
        el(
          'a',
          {
            href: `#/${name}`,
            'aria-current': name === (current === 'alert' ? 'now' : current) ? 'page' : null,
            'data-key': `tab-${name}`,
          },
          t(name),
        ),
      ),
    ),
    el(
      'span',
      { class: 'tools' },
      el(
        'span',
        { class: isHeard ? 'live' : 'live lost', title: t(isHeard ? 'liveHint' : 'lostHint') },
        t(isHeard ? 'live' : 'lost'),
      ),
      el(
        'button',
        { type: 'button', class: 'plain', lang: other, 'data-key': 'language', onclick: changeLanguage },
        t('other'),
      ),
      el(
        'button',
        { type: 'button', class: 'plain', 'aria-label': t('keys'), 'data-key': 'keys', onclick: helpDialog },
        '?',
      ),
    ),
    !session.mayAct &&
      el(
        'form',
        { class: 'reading', method: 'post', action: '/link' },
        el('span', {}, t('readingOnly')),
        el('button', { type: 'submit', class: 'plain' }, t('newLink')),
      ),
  );
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]') !== null)
    return;
  if (event.target.closest('input, textarea, select') !== null) return;
  const tab = TABS[Number(event.key) - 1];
  if (tab !== undefined) location.hash = `#/${tab}`;
  else if (event.key === '?') helpDialog();
  else if (view?.onKey?.(event.key) !== true) return;
  event.preventDefault();
}

/** Whatever says for how long something lasts goes on saying it. */
function tick() {
  for (const node of document.querySelectorAll('[data-since]'))
    node.textContent = span(now() - Number(node.dataset.since));
  for (const node of document.querySelectorAll('[data-until]'))
    node.textContent = span(Number(node.dataset.until) - now());
}

document.documentElement.lang = locale;
const skip = document.getElementById('skip');
skip.textContent = t('skip');
skip.addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
document.addEventListener('keydown', onKey);
window.addEventListener('hashchange', () => void show());
setInterval(tick, 1000);
setInterval(() => {
  if (view?.isTimed === true && !document.hidden) void refresh();
}, AGAIN_MS);
Object.assign(session, await read('/api/session'));
await show();
follow(
  (changed) => {
    if (changed.some((name) => view.concerns.includes(name))) void refresh();
  },
  (heard) => {
    if (heard === isHeard) return;
    isHeard = heard;
    drawBar(routeOf().name);
    if (heard) void refresh();
  },
);

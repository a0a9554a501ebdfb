/** The page: which view is shown, what keeps it fresh, and the keys. */
import { el, renderInto } from './dom.js';
import { Refused, read, Unreachable } from './interface.js';
import { helpDialog } from './keys.js';
import { follow } from './live.js';
import { locale, setLocale, t, zoneName } from './locale.js';
import { moment, now, span } from './times.js';
import { alertView } from './views/alert.js';
import { deliveriesView } from './views/deliveries.js';
import { nowView } from './views/now.js';
import { ruleView } from './views/rule.js';
import { rulesView } from './views/rules.js';
import { silencesView } from './views/silences.js';
import { systemView } from './views/system.js';
import { tryView } from './views/try.js';

/** Each makes `{ refresh(), concerns }` in a container: `concerns` are the names of changes it shows. */
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
const foot = document.getElementById('foot');
/** Loaded once, so that it is there while the console is not. */
const icon = el('img', { src: '/icon.svg', alt: '', width: 22, height: 22 });
const session = { place: '', author: '', mayAct: false };
/** Where each view was left: how far down, and at what. */
const left = new Map();
let view = null;
let isHeard = true;
/** When the page last heard of the console, by the console's clock, ms. */
let heardAt = 0;

function routeOf() {
  const [name = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  return { name: Object.hasOwn(VIEWS, name) ? name : 'now', rest: rest.map(decoded) };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}

async function show() {
  const { name, rest } = routeOf();
  // What an earlier view is still waiting for is drawn where nobody looks.
  const waiting = el('p', { class: 'waiting', role: 'status' }, t('reading'));
  const container = el('div', { class: 'view' }, waiting);
  main.replaceChildren(container);
  view = Object.assign(VIEWS[name](container, { rest, session }), { container, isBroken: false });
  document.title = `${t(name)} · tocsin`;
  drawBar(name);
  await refresh();
}

async function refresh() {
  const shown = view;
  if (shown.isBroken) return await show();
  try {
    await shown.refresh();
    shown.container.querySelector('.waiting')?.remove();
    heardAt = now();
  } catch (error) {
    if (shown === view) sayWhy(error);
  }
}

/** What is on the page stays where the console does not answer: it is said how old it is. */
function sayWhy(error) {
  if (!(error instanceof Unreachable || error instanceof Refused)) throw error;
  if (error instanceof Unreachable && view.container.querySelector('.waiting') === null) return;
  view.isBroken = true;
  const { name } = routeOf();
  const back = name === 'rules' ? 'rules' : 'now';
  renderInto(
    view.container,
    el('h1', { class: 'unseen' }, t(name)),
    el('p', { class: 'banner mistake', role: 'alert' }, error.message),
    error.status === 401 && linkForm(),
    error.status === 404 && el('p', {}, el('a', { href: `#/${back}` }, `← ${t(back)}`)),
  );
}

function linkForm() {
  return el(
    'form',
    { class: 'reading', method: 'post', action: '/link' },
    el('button', { type: 'submit', class: 'plain' }, t('newLink')),
  );
}

function setHeard(heard) {
  if (heard === isHeard) return;
  isHeard = heard;
  drawBar(routeOf().name);
}

/** Whoever comes back finds the place where he left; whoever comes anew begins at the top. */
function leaveAndShow({ oldURL }) {
  const key = document.activeElement?.closest('[data-key]')?.getAttribute('data-key') ?? null;
  left.set(new URL(oldURL).hash, { top: window.scrollY, key });
  void show().then(() => {
    const { top, key: known } = left.get(location.hash) ?? { top: 0, key: null };
    window.scrollTo(0, top);
    if (known !== null)
      main.querySelector(`[data-key="${CSS.escape(known)}"]`)?.focus({ preventScroll: true });
    if (document.activeElement === document.body) main.focus({ preventScroll: true });
  });
}

function drawBar(current) {
  const other = locale === 'en' ? 'zh-CN' : 'en';
  const changeLanguage = () => {
    setLocale(other);
    void show();
  };
  renderInto(
    bar,
    el('a', { class: 'brand', href: '#/now' }, icon, 'tocsin'),
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
        {
          class: isHeard ? 'live' : 'live lost',
          role: 'status',
          title: t(isHeard ? 'liveHint' : 'lostHint'),
        },
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
    !isHeard && el('p', { class: 'stale' }, t('lostSince', { time: moment(heardAt) })),
    !session.mayAct &&
      el(
        'form',
        { class: 'reading', method: 'post', action: '/link' },
        el('span', {}, t('readingOnly')),
        el('button', { type: 'submit', class: 'plain' }, t('newLink')),
      ),
  );
  renderInto(foot, t('zone', { zone: zoneName(now()) }));
  bar.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
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
history.scrollRestoration = 'manual';
window.addEventListener('hashchange', leaveAndShow);
setInterval(tick, 1000);
setInterval(() => {
  if (view?.isTimed === true && !document.hidden) void refresh();
}, AGAIN_MS);

/** Another process may answer than before: it knows no session of the one that ended. */
async function meetAgain() {
  const { mayAct } = session;
  await meet();
  if (session.mayAct === mayAct) await refresh();
  else await show();
}

async function meet() {
  try {
    Object.assign(session, await read('/api/session'));
  } catch (error) {
    if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
    session.mayAct = false;
  }
}

await meet();
await show();
follow(
  (changed) => {
    if (changed.some((name) => view.concerns.includes(name))) void refresh();
  },
  (heard) => {
    const isBack = heard && !isHeard;
    setHeard(heard);
    if (isBack) void meetAgain();
    // Whether nothing answers, or what answers asks for another link.
    else if (!heard && !view.isBroken) void refresh();
  },
);

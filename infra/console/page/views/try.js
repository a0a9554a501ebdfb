/** Lines, a pattern, and what it finds in them, while it is written. */
import { el, renderInto } from '../dom.js';
import { act, read } from '../interface.js';
import { labelList } from '../labels.js';
import { t } from '../locale.js';

const PAUSE_MS = 200;
const FOLLOW_EVERY_MS = 1000;
const FOLLOWED_MAX = 200;
const KEPT_AS = 'tocsin-try';
const EXAMPLE = {
  kind: 'pattern',
  source: '{ $.level = "ERROR" && $.status >= 500 }',
  text: [
    '{"level":"ERROR","status":503,"service":"order","message":"could not reserve stock"}',
    '{"level":"INFO","status":200,"service":"order","message":"order placed"}',
    '2026-11-21 10:02:05 ERROR payment refused user=42',
  ].join('\n'),
};

function kept() {
  const text = sessionStorage.getItem(KEPT_AS);
  return text === null ? EXAMPLE : JSON.parse(text);
}

export function tryView(container, { rest, session }) {
  const start = rest.length > 0 ? { ...kept(), kind: 'pattern', source: rest.join('/') } : kept();
  const result = el('div', { 'aria-live': 'polite' });
  const text = el('textarea', { name: 'text', rows: 12, spellcheck: 'false' }, start.text);
  const source = el('textarea', { name: 'source', rows: 4, spellcheck: 'false' }, start.source);
  const kinds = ['pattern', 'yaml'].map((kind) =>
    el(
      'label',
      {},
      el('input', { type: 'radio', name: 'kind', value: kind, checked: kind === start.kind }),
      t(`kind-${kind}`),
    ),
  );
  let latest = 0;

  async function judge() {
    latest += 1;
    const asked = latest;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (asked !== latest) return;
    const tried = { text: text.value, source: source.value, kind: new FormData(form).get('kind') };
    sessionStorage.setItem(KEPT_AS, JSON.stringify(tried));
    try {
      const answer = await act('/api/try', tried);
      if (asked === latest) renderInto(result, found(answer));
    } catch (error) {
      if (asked === latest) renderInto(result, el('p', { class: 'banner mistake' }, error.message));
    }
  }

  async function takeLines() {
    const { groups } = await read('/api/now');
    const lines = groups.flatMap(({ alerts }) =>
      alerts.flatMap((card) => card.lines.map((line) => line.text)),
    );
    if (lines.length > 0) text.value = [...new Set(lines)].join('\n');
    await judge();
  }

  let following = null;
  let seen = 0;

  /** The newest lines take the place of what was pasted, until it is switched off or the view is left. */
  async function followLines() {
    if (!form.isConnected) return stopFollowing();
    try {
      const { lines, count } = await act('/api/lines', { since: seen });
      const before = seen === 0 || text.value === '' ? [] : text.value.split('\n');
      seen = count;
      if (lines.length === 0) return;
      text.value = [...before, ...lines].slice(-FOLLOWED_MAX).join('\n');
      text.scrollTop = text.scrollHeight;
      await judge();
    } catch (error) {
      stopFollowing();
      renderInto(result, el('p', { class: 'banner mistake' }, error.message));
    }
  }

  function stopFollowing() {
    clearInterval(following);
    following = null;
    followButton.setAttribute('aria-pressed', 'false');
  }

  function toggleFollowing() {
    if (following !== null) return stopFollowing();
    seen = 0;
    following = setInterval(() => void followLines(), FOLLOW_EVERY_MS);
    followButton.setAttribute('aria-pressed', 'true');
    void followLines();
  }

  const followButton = el(
    'button',
    { type: 'button', class: 'plain', 'aria-pressed': 'false', onclick: toggleFollowing },
    t('followLines'),
  );
  const form = el(
    'form',
    { class: 'panel', onsubmit: (event) => event.preventDefault(), oninput: () => void judge() },
    el('fieldset', { class: 'choices' }, el('legend', { class: 'unseen' }, t('howWritten')), kinds),
    el('label', {}, t('pattern'), source),
    el('label', {}, t('pasted'), text),
    el(
      'div',
      { class: 'actions' },
      el('button', { type: 'button', class: 'plain', onclick: () => void takeLines() }, t('takeLines')),
      session.place === null && session.mayAct && followButton,
    ),
  );
  container.append(
    el('h1', {}, t('try')),
    el('p', { class: 'soft' }, t('tryWhat')),
    el('div', { class: 'two' }, form, el('section', { class: 'panel', 'aria-label': t('found') }, result)),
  );
  return { concerns: [], refresh: judge };
}

function found({ problem, lines, matched, left }) {
  if (problem !== null) return el('p', { class: 'banner mistake' }, problem);
  return [
    el('h2', {}, t('matchedOf', { n: matched, all: lines.length })),
    left > 0 && el('p', { class: 'soft' }, t('linesLeft', { n: left })),
    el(
      'ol',
      { class: 'tried', tabindex: 0, 'aria-label': t('found') },
      lines.map((line) =>
        el(
          'li',
          { class: line.matched ? 'hit' : null },
          el('span', { class: 'unseen' }, t(line.matched ? 'matches' : 'matchesNot')),
          line.message,
          line.matched &&
            labelList(
              line.level === null ? line.fields : [{ name: '@level', text: line.level }, ...line.fields],
            ),
        ),
      ),
    ),
  ];
}

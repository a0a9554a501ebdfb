/** Elements, made of text and never of markup: what comes from a log stays text. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * An element. `attributes`: `on…` are listeners, `true` sets an empty attribute, null and false none. Children: nodes,
 * texts, lists of these; null and false are left out.
 */
export function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(Number.POSITIVE_INFINITY).filter(isChild).map(toNode));
  return element;
}

const isChild = (child) => child !== null && child !== undefined && child !== false;
const toNode = (child) => (child instanceof Node ? child : document.createTextNode(String(child)));

/** Answers whether a value is as it was the last time: what is not new need not be laid out, and stays as people hold it. */
export function memory() {
  let last = '';
  return (value) => {
    const text = JSON.stringify(value);
    const isKnown = text === last;
    last = text;
    return isKnown;
  };
}

/** Puts new content in place of old, and gives the focus back to the element with the same `data-key`. */
export function renderInto(container, ...children) {
  const key = document.activeElement?.closest?.('[data-key]')?.getAttribute('data-key');
  const open = new Set(
    [...container.querySelectorAll('details[open][data-key]')].map((node) => node.dataset.key),
  );
  container.replaceChildren(...children.flat(Number.POSITIVE_INFINITY).filter(isChild).map(toNode));
  for (const node of container.querySelectorAll('details[data-key]'))
    if (open.has(node.dataset.key)) node.open = true;
  if (key !== null && key !== undefined && !document.activeElement?.closest?.('[data-key]'))
    container.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/** An address from a log's or a rule's text: only the web's. */
export function webLink(url, text) {
  return /^https?:\/\//.test(url)
    ? el('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, text)
    : text;
}

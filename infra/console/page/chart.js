/** A value over time against its threshold. */
import { svg } from './dom.js';
import { ends } from './times.js';

const LEFT = 4;
/** Sizes in px, as style.css has them. */
const PAGE = 1240;
const CARD_LEAST = 360;
const CARD_GAP = 14;
const CARD_EDGES = 37;
const WIDE_EDGES = 52;
const PHONE = 640;

const pageWidth = () => Math.min(PAGE, window.innerWidth) - (window.innerWidth > PHONE ? 40 : 24);

/** A chart in a card of the grid. */
const CARD = {
  height: 120,
  width: () => {
    const columns = Math.max(1, Math.floor((pageWidth() + CARD_GAP) / (CARD_LEAST + CARD_GAP)));
    return (pageWidth() - (columns - 1) * CARD_GAP) / columns - CARD_EDGES;
  },
};
/** A chart across the page. */
export const WIDE = { height: 200, width: () => pageWidth() - WIDE_EDGES };

/** `points`: `{ at, value }` in time order; `threshold` null: there is none. */
export function chart({ points, threshold, thresholdText, topText, caption }, size = CARD) {
  const { height } = size;
  // Drawn at its own size, so that its words are as large as all others.
  const width = Math.max(200, Math.round(size.width()));
  const bottom = height - 18;
  const top = 20;
  const [x, y, high] = scales(points, threshold, { width, top, bottom });
  const line = steps(points, x, y);
  const [from, to] = ends(points[0].at, points.at(-1).at);
  return svg(
    'svg',
    {
      class: 'chart',
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `${caption} ${thresholdText ?? ''}`,
    },
    svg('path', { class: 'area', d: `${line}V${bottom}H${LEFT}Z` }),
    svg('path', { class: 'curve', d: line }),
    svg('line', { class: 'axis', x1: LEFT, x2: width - LEFT, y1: bottom, y2: bottom }),
    threshold !== null &&
      svg('line', { class: 'limit', x1: LEFT, x2: width - LEFT, y1: y(threshold), y2: y(threshold) }),
    svg('text', { x: LEFT, y: 12 }, caption),
    svg('text', { class: 'end', x: width - LEFT, y: 12 }, topText ?? String(high)),
    svg('text', { x: LEFT, y: height - 4 }, from),
    threshold !== null &&
      svg('text', { class: 'middle limit-text', x: width / 2, y: height - 4 }, thresholdText ?? ''),
    svg('text', { class: 'end', x: width - LEFT, y: height - 4 }, to),
  );
}

/** The same, small and without words. */
export function sparkline({ points, limits }, label) {
  const [width, height] = [140, 36];
  const greatest = Math.max(0, ...limits.map(({ threshold }) => threshold));
  const [x, y] = scales(points, greatest, { width, top: 3, bottom: height - 2 });
  const line = steps(points, x, y);
  return svg(
    'svg',
    { class: 'chart spark', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label },
    svg('path', { class: 'area', d: `${line}V${height - 2}H${LEFT}Z` }),
    svg('path', { class: 'curve', d: line }),
    limits.map(({ threshold }) =>
      svg('line', { class: 'limit', x1: LEFT, x2: width - LEFT, y1: y(threshold), y2: y(threshold) }),
    ),
  );
}

function scales(points, threshold, { width, top, bottom }) {
  const first = points[0].at;
  const spanMs = Math.max(1, points.at(-1).at - first);
  const high = Math.max(threshold ?? 0, ...points.map(({ value }) => value)) || 1;
  const x = (at) => (LEFT + ((at - first) / spanMs) * (width - 2 * LEFT)).toFixed(1);
  const y = (value) => (bottom - (Math.max(0, value) / (high * 1.08)) * (bottom - top)).toFixed(1);
  return [x, y, high];
}

function steps(points, x, y) {
  return points
    .map(({ at, value }, index) => (index === 0 ? `M${x(at)} ${y(value)}` : `H${x(at)}V${y(value)}`))
    .join('');
}

import { formatClock, formatMinute } from '../../text/times.ts';
import { word } from '../../text/words.ts';
import type { AlertWords } from '../alert-words.ts';
import type { Message } from '../message.ts';
import { type CardElement, plain } from './elements.ts';

const VALUE_COLOUR = '#3370ff';
const THRESHOLD_COLOUR = '#f54a45';

/**
 * The value over time and its threshold, as two lines of a VChart specification without functions; nothing where
 * there is little to see. The threshold has a point at either end: a line needs no more.
 */
export function chartElements(alert: AlertWords, message: Message): CardElement[] {
  const { chart } = alert;
  const [first, second] = chart?.points ?? [];
  const last = chart?.points.at(-1);
  if (chart === null || first === undefined || second === undefined || last === undefined) return [];
  const format = second.at - first.at >= 60_000 ? formatMinute : formatClock;
  const time = (at: number) => format(at, message.timeZone);
  const { locale } = message;
  const [name, limit] = [word('value', locale), chart.thresholdText ?? ''];
  const values = chart.points.map(({ at, value }) => ({ time: time(at), value, series: name }));
  const { threshold } = chart;
  const line = threshold === null ? [] : [first, last];
  const limits = line.map(({ at }) => ({ time: time(at), value: threshold ?? 0, series: limit }));
  const caption = limit === '' ? chart.caption : `${chart.caption} · ${word('threshold', locale)} ${limit}`;
  return [
    { tag: 'div', text: plain(caption, { text_size: 'notation', text_color: 'grey' }) },
    {
      tag: 'chart',
      aspect_ratio: '2:1',
      chart_spec: {
        type: 'line',
        data: { values: [...values, ...limits] },
        xField: 'time',
        yField: 'value',
        seriesField: 'series',
        color: [VALUE_COLOUR, THRESHOLD_COLOUR],
        point: { visible: false },
        legends: { visible: false },
      },
    },
  ];
}

import { formatClock, formatMinute } from '../../text/times.ts';
import { word } from '../../text/words.ts';
import type { AlertWords } from '../alert-words.ts';
import type { Message } from '../message.ts';
import type { CardElement } from './elements.ts';

const POINTS_MAX = 60;

/** The counts around the breach as bars (VChart specification, no functions); null where there is little to see. */
export function chartElement(alert: AlertWords, message: Message): CardElement | null {
  const series = alert.series.slice(-POINTS_MAX);
  if (series.length < 3) return null;
  const [first, second] = series;
  const stepMs = first === undefined || second === undefined ? 0 : second.at - first.at;
  const time = stepMs >= 60_000 ? formatMinute : formatClock;
  return {
    tag: 'chart',
    aspect_ratio: '2:1',
    chart_spec: {
      type: 'bar',
      title: { text: word('chart', message.locale) },
      data: { values: series.map(({ at, value }) => ({ time: time(at, message.timeZone), value })) },
      xField: 'time',
      yField: 'value',
    },
  };
}

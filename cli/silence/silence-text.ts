import { printMatcher } from '../../shared/config/matchers.ts';
import type { Silence } from '../../shared/routing/silences.ts';
import { oneLine } from '../../shared/text/plain.ts';
import { formatTime } from '../../shared/text/times.ts';

/** A silence on one line for people: who wants what quiet, when and why. */
export function silenceText(silence: Silence, state: string, timeZone: string): string {
  const { id, matchers, startsAt, endsAt, recurs, author, comment } = silence;
  const until = endsAt === null ? 'until it is expired' : `to ${formatTime(endsAt, timeZone)}`;
  const each = recurs === null ? '' : 'interval' in recurs ? `, during ${recurs.interval}` : ', at set times';
  const why = comment === '' ? '' : `: ${oneLine(comment)}`;
  const about = matchers.map(printMatcher).join(' ');
  return `${id}  ${state.padEnd(7)}  ${oneLine(about)}  from ${formatTime(startsAt, timeZone)} ${until}${each}  ${oneLine(author)}${why}`;
}

import { randomBytes } from 'node:crypto';
import { configurationInForce } from '../../functions/in-force.ts';
import { parseMatcher } from '../../shared/config/matchers.ts';
import type { LabelMatcher } from '../../shared/config/model.ts';
import { addSilence, type Silence, SilenceError, silenceState } from '../../shared/routing/silences.ts';
import { commentWritten, nameWritten } from '../../shared/text/written.ts';
import { whoApplies } from '../place/who.ts';
import { lengthOf, momentOf } from '../terminal/moments.ts';
import { UsageError } from '../terminal/usage-error.ts';
import { type Carry, show, type Values, type Work } from './work.ts';

/** The matchers that words stand for. @throws UsageError */
function matchersOf(words: readonly string[]): LabelMatcher[] {
  if (words.length === 0) throw new UsageError('silence add needs a matcher such as rule=errors.');
  return words.map((word) => {
    const matcher = parseMatcher(word);
    if (matcher === null)
      throw new UsageError(`${word} is no matcher, expected one such as rule=errors or 'host=~web-.*'.`);
    return matcher;
  });
}

/** Reads what is to be silenced; then adds the silence and shows it. @throws UsageError */
export function add(words: readonly string[]): Carry {
  const matchers = matchersOf(words);
  return (work) => addOf(matchers, work);
}

async function addOf(matchers: LabelMatcher[], work: Work): Promise<number> {
  const { place, values, io, now } = work;
  const { settings, timeIntervals } = await configurationInForce(place.state);
  const { timeZone } = settings;
  const { during } = values;
  if (during !== undefined && !timeIntervals.some(({ name }) => name === during)) {
    io.stderr(`tocsin silence: there is no time interval ${during} in ${place.name}.\n`);
    return 1;
  }
  const silence: Silence = {
    id: randomBytes(4).toString('hex'),
    matchers,
    ...spanOf(values, timeZone, now),
    recurs: during === undefined ? null : { interval: during },
    author: nameWritten(values.author ?? '') || whoApplies(io.env),
    comment: commentWritten(values.comment ?? ''),
    createdAt: now,
  };
  try {
    await addSilence(place.state, silence);
  } catch (error) {
    if (!(error instanceof SilenceError)) throw error;
    io.stderr(`tocsin silence: ${error.message}\n`);
    return 1;
  }
  await show(silence, { ...work, timeZone, state: silenceState(silence, timeIntervals, now) });
  return 0;
}

function spanOf(values: Values, timeZone: string, now: number): Pick<Silence, 'startsAt' | 'endsAt'> {
  if (values.for !== undefined && values.to !== undefined)
    throw new UsageError('--for and --to were both given, expected one of them.');
  const startsAt = values.from === undefined ? now : momentOf('--from', values.from, timeZone);
  if (values.to !== undefined) return { startsAt, endsAt: momentOf('--to', values.to, timeZone) };
  if (values.for !== undefined) return { startsAt, endsAt: startsAt + lengthOf('--for', values.for) };
  if (values.during === undefined)
    throw new UsageError('silence add needs an end: --for DURATION or --to TIME.');
  return { startsAt, endsAt: null };
}

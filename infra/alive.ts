import { ALIVE } from '../shared/alerts/signs-of-life.ts';
import type { RawItem } from '../shared/config/items.ts';
import type { Loaded } from '../shared/config/load.ts';
import { timeZoneSchema } from '../shared/config/zones.ts';
import type { Deployment } from './deployment.ts';
import { OptionError } from './option-error.ts';

/** The daily message that tocsin is alive. */
export interface AliveOptions {
  /** Of the document: all its channels that take severity info are told. */
  receiver: string;
  /** Time of day; by default 09:00. */
  at?: string;
  /** IANA time zone of `at`; by default the document's, or UTC. */
  timeZone?: string;
}

/** When it is due, each day. */
export interface DailyTime {
  hour: number;
  minute: number;
  timeZone: string;
}

/** What is not seen for so long is due again: a redaction may leave the same text of each day. */
const TOLD_FOR = '12h';

/** @throws OptionError where it is no time of day, or no time zone */
export function dailyTimeOf({ at = '09:00', timeZone = 'UTC' }: AliveOptions): DailyTime {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(at) ?? [];
  if (hour === undefined || minute === undefined)
    throw new OptionError(`alive: "${at}" is no time of day; expected one like "09:00".`);
  if (!timeZoneSchema.safeParse(timeZone).success)
    throw new OptionError(
      `alive: "${timeZone}" is no known time zone; expected a name such as UTC or Asia/Shanghai.`,
    );
  return { hour: Number(hour), minute: Number(minute), timeZone };
}

/** Each due time is told once, however often its line is written. */
export function aliveItems({ ownPrefix }: Deployment, { receiver }: AliveOptions): RawItem[] {
  const body = {
    id: ALIVE,
    title: 'tocsin is alive',
    severity: 'info',
    logGroups: [`${ownPrefix}heartbeat`],
    match: '{ $.tocsin = "alive" }',
    when: { novel: '$.due', learn: '0s', forget: TOLD_FOR },
    keepFiring: '0s',
    receiver,
  };
  return [{ kind: 'rule', id: ALIVE, body }];
}

/** Why nobody would be told by this document; null: somebody is. What other documents hold is not known here. */
export function aliveDoubt({ receiver }: AliveOptions, { document }: Loaded): string | null {
  const found = document.configuration.receivers.find(({ name }) => name === receiver);
  if (found === undefined)
    return `alive: the document has no receiver "${receiver}"; the daily message does not come until a document of another owner brings it.`;
  const takesInfo = found.channels.some(
    ({ settings: { severities } }) => severities?.includes('info') ?? true,
  );
  return takesInfo
    ? null
    : `alive: receiver "${receiver}" has no channel that takes severity info; the daily message comes to nobody.`;
}

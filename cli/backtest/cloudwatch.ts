/**
 * Past events of log groups from CloudWatch Logs (FilterLogEvents), kept on disk as the contract's NDJSON: what was read
 * once is not read again, and an interrupted reading goes on where it stood.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { digest } from '../../shared/alerts/identity.ts';
import type { PlaceChoice } from '../place/connection.ts';
import type { Progress } from '../terminal/progress.ts';
import type { LogFile } from './logs.ts';

const FOLDER = '.tocsin/cloudwatch';

export interface Wanted {
  logGroup: string;
  /** ms; both ends included. */
  from: number;
  to: number;
}

/** A page of events, in time order. */
interface Page {
  events: { id: string; timestamp: number; message: string; logStream: string }[];
  next: string | undefined;
}

/** Reads one page: `next` is that of the page before. */
export type ReadPage = (wanted: Wanted, next: string | undefined) => Promise<Page>;

const kept = z.object({
  from: z.number(),
  /** Everything up to here is in the file. */
  to: z.number(),
  /** Ids of the events at `to`: the next reading begins there and meets them again. */
  last: z.array(z.string()),
});
type Kept = z.infer<typeof kept>;

/** The file that holds at least the wanted events; earlier ones may stand in it too. */
export async function keepEvents(
  wanted: Wanted,
  { folder, readPage, progress }: { folder: string; readPage: ReadPage; progress: Progress },
): Promise<LogFile> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const name = digest([wanted.logGroup]);
  const path = join(folder, `${name}.ndjson`);
  const notes = join(folder, `${name}.json`);
  let known = readNotes(notes, path);
  if (known === null || known.from > wanted.from) {
    writeFileSync(path, '', { mode: 0o600 });
    known = { from: wanted.from, to: wanted.from, last: [] };
  }
  const before = known;
  let next: string | undefined;
  let events = 0;
  do {
    const page = await readPage({ ...wanted, from: before.to }, next);
    next = page.next;
    known = append(path, wanted.logGroup, page, known, before);
    writeFileSync(notes, JSON.stringify(known), { mode: 0o600 });
    events += page.events.length;
    const { to } = known;
    progress.say(() => `${wanted.logGroup}: ${events} events, ${new Date(to).toISOString().slice(0, 16)}`);
  } while (next !== undefined);
  progress.clear();
  return {
    paths: [path],
    logGroup: wanted.logGroup,
    logStream: wanted.logGroup,
    isExport: false,
    from: wanted.from,
  };
}

/** Appends what is not there yet; `before` is how far the file reached when this reading began. */
function append(path: string, logGroup: string, { events }: Page, known: Kept, before: Kept): Kept {
  const seen = new Set(before.last);
  const fresh = events.filter(({ id }) => !seen.has(id));
  const lines = fresh.map(({ id, timestamp, message, logStream }) =>
    JSON.stringify({ timestamp, message, logGroup, logStream, id }),
  );
  if (lines.length > 0) appendFileSync(path, `${lines.join('\n')}\n`);
  const to = fresh.reduce((latest, { timestamp }) => Math.max(latest, timestamp), known.to);
  const last = fresh.filter(({ timestamp }) => timestamp === to).map(({ id }) => id);
  return { from: known.from, to, last: to === known.to ? [...known.last, ...last] : last };
}

function readNotes(notes: string, path: string): Kept | null {
  if (!existsSync(notes) || !existsSync(path)) return null;
  try {
    return kept.parse(JSON.parse(readFileSync(notes, 'utf8')));
  } catch {
    // Notes that were cut off in writing: the events are read anew.
    rmSync(notes);
    return null;
  }
}

/** Where events are kept between runs. */
export function cacheFolder(cache: string | null, cwd: string): string {
  return resolve(cwd, cache ?? FOLDER);
}

/** Pages of FilterLogEvents, throttled as the service asks. */
export async function cloudWatchPages({ region, profile }: PlaceChoice): Promise<ReadPage> {
  const { CloudWatchLogsClient, FilterLogEventsCommand } = await import('@aws-sdk/client-cloudwatch-logs');
  const client = new CloudWatchLogsClient({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    maxAttempts: 10,
    retryMode: 'adaptive',
  });
  return async ({ logGroup, from, to }, next) => {
    const answer = await client.send(
      new FilterLogEventsCommand({ logGroupName: logGroup, startTime: from, endTime: to, nextToken: next }),
    );
    const events = (answer.events ?? []).map(
      ({ eventId = '', timestamp = 0, message = '', logStreamName = '' }) => {
        return { id: eventId, timestamp, message, logStream: logStreamName };
      },
    );
    return { events: events.sort((a, b) => a.timestamp - b.timestamp), next: answer.nextToken };
  };
}

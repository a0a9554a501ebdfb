import { Lost } from '../../infra/local/lost.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import type { Happening } from '../../shared/happenings.ts';
import { summaryText } from '../backtest/words.ts';
import { Beginnings } from '../beginnings.ts';
import type { Io } from '../terminal/io.ts';
import { narrate, ReadCounter } from './narrator.ts';
import type { LocalOptions } from './options.ts';

/** `finished`: it came to its own end, and was not interrupted. */
export interface Ended {
  exit: number;
  finished: boolean;
}

/** What `tocsin local` prints: for people, or NDJSON for machines (contract §2). */
export interface Reporter {
  happened(happening: Happening): void;
  /** Takes note of a failure that is tried again, or of what is `Lost`. */
  failed(error: unknown): void;
  say(text: string): void;
  /** `listening`: where logs are taken, by the name of the option. */
  ready(stack: LocalStack, options: LocalOptions, listening: Readonly<Record<string, string>>): void;
  /** Prints the summary where the run came to its own end, and says where not everything was told (`isAllTold`). */
  finish(once: boolean, finished: boolean, isAllTold: boolean): Ended;
}

const COUNT_EVERY_MS = 5000;
const UNTOLD =
  'tocsin local: a day of log time after the last line something was still to be told; it is given up.\n';

interface Totals {
  events: number;
  matched: number;
  alerts: number;
  undelivered: number;
}

interface Tally {
  totals: Totals;
  /** Ids of the notifications. */
  notified: Set<string>;
  beginnings: Beginnings;
}

/** Tells a run on the terminal, in words or as NDJSON, and counts what `--once` is judged by. */
export function createReporter(json: boolean, io: Io): Reporter {
  const totals: Totals = { events: 0, matched: 0, alerts: 0, undelivered: 0 };
  const tally: Tally = { totals, notified: new Set(), beginnings: new Beginnings() };
  const { notified } = tally;
  const counter = new ReadCounter();
  const print = (line: unknown) => void io.stdout(`${json ? JSON.stringify(line) : line}\n`);
  const say = (text: string | null) => {
    if (!json && text !== null) print(text);
  };
  const timer = setInterval(() => say(counter.take()), COUNT_EVERY_MS);
  timer.unref();
  return {
    happened(happening) {
      addTo(tally, happening);
      if (json) return printJson(happening, print);
      if (happening.type === 'events') return counter.add(happening);
      const line = narrate(happening);
      if (line !== null) say(counter.take());
      say(line);
    },
    failed(error) {
      const text = error instanceof Error ? error.message : String(error);
      const how = error instanceof Lost ? '' : 'failed, and will be tried again: ';
      io.stderr(`tocsin: ${how}${text}\n`);
    },
    say,
    ready({ urls, tables, consoleLink }, options, listening) {
      if (json) return print({ type: 'ready', urls: { ...urls, ...listening }, tables });
      print(greeting(urls, consoleLink(), options));
      for (const url of Object.values(listening)) print(`  listening ${url}`);
    },
    finish(once, finished, isAllTold) {
      clearInterval(timer);
      say(counter.take());
      const { undelivered, ...summary } = totals;
      if (once && finished && json) print({ type: 'summary', ...summary, notifications: notified.size });
      else if (once && finished)
        print(`  ${summaryText({ ...summary, notifications: notified.size }).trimEnd()}`);
      else say('stopped');
      if (!isAllTold) io.stderr(UNTOLD);
      return { exit: once && (undelivered > 0 || !isAllTold) ? 1 : 0, finished };
    },
  };
}

function addTo({ totals, notified, beginnings }: Tally, happening: Happening): void {
  if (happening.type === 'events') {
    totals.events += happening.events;
    totals.matched += happening.matched;
  }
  if (beginnings.isOne(happening)) totals.alerts += 1;
  if (happening.type === 'delivery') {
    notified.add(happening.id);
    if (happening.outcome === 'failed') totals.undelivered += 1;
  }
}

function printJson(happening: Happening, print: (line: unknown) => void): void {
  if (happening.type === 'delivery') {
    const { type, at, ...rest } = happening;
    print({ type, at: new Date(at).toISOString(), ...rest });
  }
  if (happening.type === 'configuration') print(happening);
}

function greeting(
  urls: LocalStack['urls'],
  consoleLink: string,
  { logs, globs, listen, syslog, deliver }: LocalOptions,
): string {
  const named = [
    ...logs.map(({ path }) => (path === '-' ? 'standard input' : path)),
    ...globs.map(({ glob }) => glob),
    ...(listen === null && syslog === null ? [] : ['what is sent here']),
  ];
  const source = named.length === 0 ? 'a sample service that logs' : named.join(', ');
  return [
    'tocsin is running on this machine.',
    '',
    `  reading   ${source}`,
    ...(deliver ? ['  messages  really leave this machine'] : []),
    `  console   ${consoleLink}`,
    '            (this link lets you act, and works once)',
    `  cards     ${urls.feishu}`,
    `  mails     ${urls.inbox}`,
    `  others    ${urls.channels}`,
    '',
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}

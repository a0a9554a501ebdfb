/** Plays log events to one or more sets of rules, in the log's own time. */
import { VirtualPipeline } from '../../infra/virtual/pipeline.ts';
import type { RawItem } from '../../shared/config/items.ts';
import { LATE_MS_MAX } from '../../shared/count/store.ts';
import type { Happening } from '../../shared/happenings.ts';
import type { LogBatch } from '../../shared/logs/event.ts';
import type { Hit } from '../../shared/match/program.ts';
import type { Progress } from '../terminal/progress.ts';
import { EventFile, inOrder } from './events.ts';
import type { LogFile } from './logs.ts';
import type { Player } from './player.ts';
import { Repeats } from './repeats.ts';
import type { Report } from './report/report.ts';

/** A set of rules that the events are played to. */
export interface Run {
  items: readonly RawItem[];
  player: Player;
  /** null: nobody wants one. */
  report: Report | null;
}

export interface PlayOptions {
  logs: readonly LogFile[];
  /** Of lines that name none, from files that name none; null: their path. */
  logGroup: string | null;
  progress: Progress;
}

/** Every event is played once, however often the logs hold it. Answers how many lines had no time. */
export async function play(runs: readonly Run[], { logs, logGroup, progress }: PlayOptions): Promise<number> {
  const referenceMs = Date.now();
  const files = logs.map((log) => new EventFile({ ...log, logGroup: log.logGroup ?? logGroup, referenceMs }));
  let played: Played[] = [];
  let now = Number.NEGATIVE_INFINITY;
  const said = () => `${played[0]?.events ?? 0} events, ${new Date(now).toISOString().slice(0, 16)}`;
  const repeats = new Repeats();
  await inOrder(files, (delivery, time) => {
    if (repeats.has(delivery, time)) return undefined;
    if (played.length === 0) played = runs.map((run) => new Played(run, time));
    now = Math.max(now, time);
    progress.say(said);
    let taking: Promise<void> | undefined;
    for (const run of played) {
      const next = run.take(delivery, time, now);
      taking = taking === undefined || next === undefined ? (taking ?? next) : both(taking, next);
    }
    return taking;
  });
  for (const run of played) await run.end(now);
  progress.clear();
  return files.reduce((sum, { undated }) => sum + undated, 0);
}

async function both(first: Promise<void>, second: Promise<void>): Promise<void> {
  await Promise.all([first, second]);
}

class Played {
  readonly #run: Run;
  readonly #pipeline: VirtualPipeline;
  readonly #emit: ((hit: Hit) => void) | undefined;

  constructor(run: Run, start: number) {
    const { player, report } = run;
    this.#run = run;
    this.#pipeline = new VirtualPipeline(start, run.items, (happening: Happening) => {
      player.take(happening);
      report?.take(happening);
    });
    this.#emit = report === null ? undefined : (hit) => report.hit(hit);
    report?.begin(start);
  }

  get events(): number {
    return this.#run.player.totals.events;
  }

  take(delivery: LogBatch, time: number, now: number): Promise<void> | undefined {
    this.#run.player.totals.events += 1;
    const isConcerned = this.#pipeline.concerns(delivery, this.#emit);
    // What is too late to count is reported, whether or not it matches.
    return isConcerned || time < now - LATE_MS_MAX ? this.#pipeline.ingest(delivery, now) : undefined;
  }

  async end(now: number): Promise<void> {
    await this.#pipeline.ringUntil(now);
    this.#run.player.repeats = false;
    this.#run.report?.end(now);
    await this.#pipeline.runOut();
  }
}

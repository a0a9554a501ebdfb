import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import {
  type Checkpoints,
  checkpointsIn,
  checkpointsInMemory,
} from '../../infra/local/follow/checkpoints.ts';
import { takenForRotated } from '../../infra/local/follow/glob.ts';
import { HeldQueues } from '../../infra/local/held-queues.ts';
import { follow, type LiveGlob, type LiveLog, logsOf, readOnce } from '../../infra/local/live.ts';
import { PrometheusMetrics } from '../../infra/local/metrics.ts';
import { recoverAfterRestart } from '../../infra/local/recover.ts';
import { replay } from '../../infra/local/replay.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../infra/local/stack.ts';
import { VirtualClock } from '../../infra/virtual/clock.ts';
import { onlyCount } from '../../shared/conditions/count.ts';
import type { Loaded } from '../../shared/config/load.ts';
import type { Happening } from '../../shared/happenings.ts';
import { billOf } from '../cost/so-far.ts';
import { whoApplies } from '../place/who.ts';
import type { Io } from '../terminal/io.ts';
import { type Intake, startIntakes } from './intakes.ts';
import { isSample, type LocalOptions } from './options.ts';
import { requirePorts } from './ports.ts';
import { createReporter, type Ended, type Reporter } from './reporter.ts';
import { startSample } from './sample.ts';
import { readSecrets } from './secrets.ts';
import { applyDocument, watchDocument } from './watch.ts';

/** A run under way. */
interface Run {
  options: LocalOptions;
  document: Loaded;
  stack: LocalStack;
  reporter: Reporter;
  io: Io;
  checkpoints: Checkpoints;
  /** Aborts when the run is to end. */
  signal: AbortSignal;
}

/** The log's time: a clock that the log moves, and queues that keep to it. */
interface LogTime {
  clock: VirtualClock;
  held: HeldQueues;
}

/**
 * Runs the whole product on this machine until the logs end (`--once`) or somebody interrupts it.
 * @param stateDirectory what is kept between runs, an absolute path; null: nothing
 * @throws EnvironmentError where a port cannot be had, UsageError where the secrets file cannot be read
 */
export async function runLocal(
  options: LocalOptions,
  document: Loaded,
  stateDirectory: string | null,
  io: Io,
): Promise<Ended> {
  const reporter = createReporter(options.json, io);
  const logTime = options.once && options.logTime ? newLogTime() : null;
  const metrics = new PrometheusMetrics();
  const happened = (happening: Happening) => {
    metrics.add(happening);
    reporter.happened(happening);
  };
  await requirePorts(options);
  const stack = await startLocalStack({
    ...stackOptions(options, stateDirectory, reporter, io),
    outside: { random: Math.random, happened, ...timeOf(logTime) },
    // A rate limit in real time says nothing about messages in the log's time.
    rateLimits: logTime === null,
  });
  const { signal, interrupt, release } = interruption();
  try {
    await applyDocument(stack, document);
    if (stateDirectory !== null)
      await recoverAfterRestart(stack.state, stack.timed, logTime === null ? Date.now() : 0);
    const intakes = await startIntakes(options, { stack, metrics, failed: reporter.failed, signal });
    reporter.ready(stack, options, Object.fromEntries(intakes.map(({ name, url }) => [name, url])));
    const checkpoints =
      stateDirectory === null ? checkpointsInMemory() : checkpointsIn(join(stateDirectory, 'followed.json'));
    const run: Run = { options, document, stack, reporter, io, checkpoints, signal };
    if (logTime === null) {
      const finished = await runNow(run, intakes, interrupt);
      return reporter.finish(options.once, finished, true);
    }
    const isAllTold = await runInLogTime(run, logTime);
    return reporter.finish(options.once, !signal.aborted, isAllTold);
  } finally {
    interrupt();
    release();
    await stack.stop();
  }
}

function newLogTime(): LogTime {
  const clock = new VirtualClock(0);
  return { clock, held: new HeldQueues(clock.now) };
}

function timeOf(logTime: LogTime | null) {
  return logTime === null
    ? { clock: Date.now }
    : { clock: logTime.clock.now, aroundQueue: logTime.held.around };
}

function stackOptions(
  options: LocalOptions,
  stateDirectory: string | null,
  reporter: Reporter,
  io: Io,
): Omit<LocalStackOptions, 'outside' | 'rateLimits'> {
  const { deliver, allowedHosts, mailFrom, consolePort } = options;
  return {
    ...(stateDirectory === null ? {} : keptIn(stateDirectory)),
    secrets: readSecrets(options, io),
    deliver,
    allowedHosts,
    ...(mailFrom === null ? {} : { mailFrom }),
    ...(consolePort === null ? {} : { consolePort }),
    links: linksOf(options),
    author: whoApplies(io.env),
    bill: billOf,
    showLink: (link) => reporter.say(`console   ${link}`),
    failed: reporter.failed,
  };
}

/** What outlives a restart. */
function keptIn(stateDirectory: string) {
  return {
    dataPath: join(stateDirectory, 'dynamodb'),
    linksPath: join(stateDirectory, 'links'),
  };
}

function linksOf({ responder, externalUrl }: LocalOptions) {
  return {
    ...(responder === null ? {} : { listen: responder }),
    ...(externalUrl === null ? {} : { externalUrl }),
  };
}

/** Aborts when somebody interrupts the process, or `interrupt` is called; until released. */
function interruption() {
  const controller = new AbortController();
  const { signal } = controller;
  // Whoever waits listens, and every followed file waits.
  setMaxListeners(0, signal);
  const interrupt = () => controller.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const release = () => {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
  };
  return { signal, interrupt, release };
}

/** Plays the logs to their end; answers whether everything was told. */
async function runInLogTime(run: Run, { clock, held }: LogTime): Promise<boolean> {
  const { options, document, stack, checkpoints, signal } = run;
  return await replay({
    stack,
    held,
    clock,
    logs: [...options.logs, ...(await allOf(options.globs))],
    checkpoints,
    multiline: options.multiline,
    reference: Date.now(),
    isTimed: document.document.configuration.rules.some((rule) => onlyCount(rule) === null),
    failed: run.reporter.failed,
    signal,
  });
}

/** Reads the logs once, or follows them; answers whether they came to their end before anybody interrupted. */
async function runNow(run: Run, intakes: readonly Intake[], interrupt: () => void): Promise<boolean> {
  const { options, stack, reporter, io, checkpoints, signal } = run;
  const { failed } = reporter;
  const watching = watchDocument(run);
  const sample = isSample(options) ? startSample(stack, signal, failed) : undefined;
  const live = { ...options, stack, stdin: io.stdin, checkpoints, clock: Date.now, failed, signal };
  if (options.once) await readOnce({ ...live, logs: [...live.logs, ...(await allOf(options.globs))] });
  else {
    await sayWhatIsNotRead(options.globs, reporter);
    await follow(live);
  }
  const finished = !signal.aborted;
  interrupt();
  await Promise.all([watching, sample, ...intakes.map((intake) => intake.stop())]);
  return finished;
}

async function allOf(globs: readonly LiveGlob[]): Promise<LiveLog[]> {
  return (await Promise.all(globs.map((glob) => logsOf(glob)))).flat();
}

/** Something may write to such a file all the same. */
async function sayWhatIsNotRead(globs: readonly LiveGlob[], reporter: Reporter): Promise<void> {
  for (const { glob } of globs) {
    const [first, ...others] = await takenForRotated(glob);
    if (first === undefined) continue;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    reporter.say(
      `  not read  ${first}${more}: by the date in the name it was rotated; a --logs of its own reads it`,
    );
  }
}

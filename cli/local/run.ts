import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import type { Running } from '../../infra/http/listen.ts';
import { applyItems } from '../../infra/local/apply.ts';
import { checkpointsIn, checkpointsInMemory } from '../../infra/local/follow/checkpoints.ts';
import { takenForRotated } from '../../infra/local/follow/glob.ts';
import { HeldQueues } from '../../infra/local/held-queues.ts';
import { handOn } from '../../infra/local/intake.ts';
import { follow, type LiveGlob, type LiveLog, logsOf, readOnce } from '../../infra/local/live.ts';
import { PrometheusMetrics, processUse } from '../../infra/local/metrics.ts';
import { pause } from '../../infra/local/pause.ts';
import { startHttpIntake, type TakeReceived } from '../../infra/local/receive/http.ts';
import { startSyslog } from '../../infra/local/receive/syslog.ts';
import { recoverAfterRestart } from '../../infra/local/recover.ts';
import { replay } from '../../infra/local/replay.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/stack.ts';
import { VirtualClock } from '../../infra/virtual/clock.ts';
import { OWNER_DEFAULT } from '../../shared/applied/standing.ts';
import { onlyCount } from '../../shared/conditions/count.ts';
import type { Loaded } from '../../shared/config/load.ts';
import type { Happening } from '../../shared/happenings.ts';
import { recogniseTimestamp } from '../../shared/logs/timestamps.ts';
import { whoApplies } from '../apply/who.ts';
import { billOf } from '../cost/so-far.ts';
import type { Io } from '../io.ts';
import { documentPath, loadDocument } from './document.ts';
import { isSample, type LocalOptions } from './options.ts';
import { had, requirePorts } from './ports.ts';
import { createReporter, type Ended, type Reporter } from './reporter.ts';
import { startSample } from './sample.ts';
import { readSecrets } from './secrets.ts';
import { DocumentWatch } from './watch.ts';

export async function runLocal(
  options: LocalOptions,
  document: Loaded,
  stateDirectory: string | null,
  io: Io,
): Promise<Ended> {
  const reporter = createReporter(options.json, io);
  const inLogTime = options.once && options.logTime;
  const clock = new VirtualClock(0);
  const held = new HeldQueues(clock.now);
  const metrics = new PrometheusMetrics();
  const happened = (happening: Happening) => {
    metrics.add(happening);
    reporter.happened(happening);
  };
  await requirePorts(options);
  const stack = await startLocalStack({
    ...(stateDirectory === null ? {} : keptIn(stateDirectory)),
    outside: inLogTime
      ? { clock: clock.now, random: Math.random, happened, aroundQueue: held.around }
      : { clock: Date.now, random: Math.random, happened },
    secrets: readSecrets(options, io),
    deliver: options.deliver,
    allowedHosts: options.allowedHosts,
    ...(options.mailFrom === null ? {} : { mailFrom: options.mailFrom }),
    ...(options.consolePort === null ? {} : { consolePort: options.consolePort }),
    links: linksOf(options),
    // A rate limit in real time says nothing about messages in the log's time.
    rateLimits: !inLogTime,
    author: whoApplies(io.env),
    bill: billOf,
    showLink: (link) => reporter.say(`console   ${link}`),
    failed: reporter.failed,
  });
  const interrupted = new AbortController();
  // Whoever waits listens, and every followed file waits.
  setMaxListeners(0, interrupted.signal);
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await apply(stack, document);
    if (stateDirectory !== null)
      await recoverAfterRestart(stack.state, stack.timed, inLogTime ? 0 : Date.now());
    const { failed } = reporter;
    const { signal } = interrupted;
    const intakes = await startIntake(options, { stack, metrics, failed, signal });
    reporter.ready(stack, options, Object.fromEntries(intakes.map(({ name, url }) => [name, url])));
    const checkpoints =
      stateDirectory === null ? checkpointsInMemory() : checkpointsIn(join(stateDirectory, 'followed.json'));
    let finished = true;
    let isAllTold = true;
    if (inLogTime) {
      isAllTold = await replay({
        stack,
        held,
        clock,
        logs: [...options.logs, ...(await allOf(options.globs))],
        checkpoints,
        multiline: options.multiline,
        reference: Date.now(),
        isTimed: document.document.configuration.rules.some((rule) => onlyCount(rule) === null),
        failed,
        signal,
      });
      finished = !signal.aborted;
    } else {
      const watching = watchDocument(options, stack, reporter, io, signal);
      const sample = isSample(options) ? startSample(stack, signal, failed) : undefined;
      const live = { ...options, stack, stdin: io.stdin, checkpoints, clock: Date.now, failed, signal };
      if (!options.once) await sayWhatIsNotRead(options.globs, reporter);
      await (options.once
        ? readOnce({ ...live, logs: [...live.logs, ...(await allOf(options.globs))] })
        : follow(live));
      finished = !signal.aborted;
      interrupted.abort();
      await Promise.all([watching, sample, ...intakes.map((intake) => intake.stop())]);
    }
    return reporter.finish(options.once, finished, isAllTold);
  } finally {
    interrupted.abort();
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    await stack.stop();
  }
}

interface IntakeDeps {
  stack: LocalStack;
  metrics: PrometheusMetrics;
  failed: (error: unknown) => void;
  signal: AbortSignal;
}

/** Where logs are taken, by the option that asked for it. */
type Intake = Running & { name: 'listen' | 'syslog' };

/** Listens for logs where that is asked for; answers what ends it. */
async function startIntake({ listen, syslog, logTime }: LocalOptions, deps: IntakeDeps): Promise<Intake[]> {
  const { stack, metrics, failed, signal } = deps;
  const take: TakeReceived = (origin, received) => {
    const now = Date.now();
    const events = received.map(({ id, message, timestamp }) => {
      const own = logTime ? recogniseTimestamp(message, now)?.timestamp : undefined;
      return { id, message, timestamp: timestamp ?? own ?? now };
    });
    return handOn(stack, origin, events, failed, signal);
  };
  const common = { take, clock: Date.now, failed };
  const metricsText = () => metrics.text(processUse());
  const running: Intake[] = [];
  try {
    if (listen !== null)
      running.push({
        name: 'listen',
        ...(await had('listen', listen, startHttpIntake({ ...listen, ...common, metrics: metricsText }))),
      });
    if (syslog !== null)
      running.push({
        name: 'syslog',
        ...(await had('syslog', syslog, startSyslog({ ...syslog, ...common }))),
      });
  } catch (error) {
    await Promise.all(running.map((intake) => intake.stop()));
    throw error;
  }
  return running;
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

function linksOf({ responder, externalUrl }: LocalOptions) {
  return {
    ...(responder === null ? {} : { listen: responder }),
    ...(externalUrl === null ? {} : { externalUrl }),
  };
}

/** What outlives a restart. */
function keptIn(stateDirectory: string) {
  return {
    dataPath: join(stateDirectory, 'dynamodb'),
    linksPath: join(stateDirectory, 'links'),
  };
}

async function apply(stack: LocalStack, { document, items }: Loaded): Promise<void> {
  await applyItems(stack.config, items, OWNER_DEFAULT);
  await stack.knowBots(document.configuration);
}

const WATCH_MS = 1000;

/** Applies the document again whenever it was saved; one with errors changes nothing, and they are printed. */
async function watchDocument(
  options: LocalOptions,
  stack: LocalStack,
  reporter: Reporter,
  io: Io,
  signal: AbortSignal,
): Promise<void> {
  const watch = new DocumentWatch(documentPath(options), io.cwd);
  while (!signal.aborted) {
    await pause(WATCH_MS, signal);
    if (!watch.changed()) continue;
    const loaded = loadDocument(options, io);
    if (typeof loaded === 'number') continue;
    await apply(stack, loaded).then(
      () => reporter.say('the document was saved and is applied again: in force within 30 seconds'),
      (error: unknown) => reporter.failed(error),
    );
  }
}

import { join } from 'node:path';
import { applyItems } from '../../infra/local/apply.ts';
import { checkpointsIn, checkpointsInMemory } from '../../infra/local/follow/checkpoints.ts';
import { HeldQueues } from '../../infra/local/held-queues.ts';
import { follow, type LiveGlob, type LiveLog, logsOf, readOnce } from '../../infra/local/live.ts';
import { pause } from '../../infra/local/pause.ts';
import { recoverAfterRestart } from '../../infra/local/recover.ts';
import { replay } from '../../infra/local/replay.ts';
import { type LocalStack, startLocalStack } from '../../infra/local/stack.ts';
import { VirtualClock } from '../../infra/virtual/clock.ts';
import { OWNER_DEFAULT } from '../../shared/applied/standing.ts';
import { onlyCount } from '../../shared/conditions/count.ts';
import type { Loaded } from '../../shared/config/load.ts';
import type { Happening } from '../../shared/happenings.ts';
import type { Io } from '../io.ts';
import { documentPath, loadDocument } from './document.ts';
import type { LocalOptions } from './options.ts';
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
  const happened = (happening: Happening) => reporter.happened(happening);
  const stack = await startLocalStack({
    ...(stateDirectory === null ? {} : keptIn(stateDirectory)),
    outside: inLogTime
      ? { clock: clock.now, random: Math.random, happened, aroundQueue: held.around }
      : { clock: Date.now, random: Math.random, happened },
    secrets: readSecrets(options, io),
    deliver: options.deliver,
    allowedHosts: options.allowedHosts,
    ...(options.mailFrom === null ? {} : { mailFrom: options.mailFrom }),
    // A rate limit in real time says nothing about messages in the log's time.
    rateLimits: !inLogTime,
    failed: reporter.failed,
  });
  const interrupted = new AbortController();
  const stop = () => interrupted.abort();
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    await apply(stack, document);
    if (stateDirectory !== null) await recoverAfterRestart(stack.state, inLogTime ? 0 : Date.now());
    reporter.ready(stack, options);
    const checkpoints =
      stateDirectory === null ? checkpointsInMemory() : checkpointsIn(join(stateDirectory, 'followed.json'));
    const { failed } = reporter;
    const { signal } = interrupted;
    let finished = true;
    let isAllTold = true;
    if (inLogTime) {
      isAllTold = await replay({
        stack,
        held,
        clock,
        logs: [...options.logs, ...(await allOf(options.globs))],
        checkpoints,
        reference: Date.now(),
        isTimed: document.document.configuration.rules.some((rule) => onlyCount(rule) === null),
        failed,
        signal,
      });
      finished = !signal.aborted;
    } else {
      const watching = watchDocument(options, stack, reporter, io, signal);
      const isSample = options.logs.length + options.globs.length === 0;
      const sample = isSample ? startSample(stack, signal, failed) : undefined;
      const live = { ...options, stack, stdin: io.stdin, checkpoints, clock: Date.now, failed, signal };
      await (options.once
        ? readOnce({ ...live, logs: [...live.logs, ...(await allOf(options.globs))] })
        : follow(live));
      finished = !signal.aborted;
      interrupted.abort();
      await Promise.all([watching, sample]);
    }
    return reporter.finish(options.once, finished, isAllTold);
  } finally {
    process.removeListener('SIGINT', stop).removeListener('SIGTERM', stop);
    await stack.stop();
  }
}

async function allOf(globs: readonly LiveGlob[]): Promise<LiveLog[]> {
  return (await Promise.all(globs.map(logsOf))).flat();
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
      () => reporter.say('the document was saved and is applied again'),
      (error: unknown) => reporter.failed(error),
    );
  }
}

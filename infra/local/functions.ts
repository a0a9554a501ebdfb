/** The functions of this machine, and what brings them their messages. */
import { createHandler as createDispatcher } from '../../functions/dispatcher/handler.ts';
import { createHandler as createEvaluator } from '../../functions/evaluator/handler.ts';
import { createHandler as createMatcher } from '../../functions/matcher/handler.ts';
import { createHandler as createNotifier } from '../../functions/notifier/handler.ts';
import type { Outside } from '../../functions/outside.ts';
import { startEventSource } from './aws/event-source.ts';
import { inboxAsSmtp } from './aws/inbox-smtp.ts';
import type { EmbeddedAws } from './aws/start.ts';
import { type LocalEndpoints, localEnvironment } from './environment.ts';
import type { WayOut } from './way-out.ts';

/** How often the evaluator is invoked here, ms: decisions that only time can make come within 5 s. */
export const LOOK_EVERY_MS = 2_000;
const BATCHES_AT_A_TIME = 4;

/** The real handlers, started with the environment of this machine. */
export function createFunctions(endpoints: LocalEndpoints, outside: Outside, { secrets, through }: WayOut) {
  const { sesUrl } = endpoints;
  return {
    matcher: createMatcher(localEnvironment('matcher', endpoints), outside),
    evaluator: createEvaluator(localEnvironment('evaluator', endpoints), {
      ...outside,
      lookEveryMs: LOOK_EVERY_MS,
    }),
    dispatcher: createDispatcher(localEnvironment('dispatcher', endpoints), outside),
    notifier: createNotifier(localEnvironment('notifier', endpoints), {
      ...outside,
      ...through,
      secrets,
      ...(sesUrl === null ? {} : { smtp: inboxAsSmtp(sesUrl) }),
    }),
  };
}

/** Brings the messages of each queue to the function that takes them. */
export function startSources(
  { sqs, queues }: EmbeddedAws,
  { dispatcher, notifier }: ReturnType<typeof createFunctions>,
  { aroundQueue }: Outside,
  failed: (error: unknown) => void,
) {
  // In a time that is set step by step, one thing happens after the other, so that a run can be repeated.
  const concurrency = aroundQueue === undefined ? BATCHES_AT_A_TIME : 1;
  const sources = {
    alerts: startEventSource(sqs, queues.queueUrl('alerts'), concurrency, dispatcher, failed),
    deliveries: startEventSource(sqs, queues.queueUrl('deliveries'), concurrency, notifier, failed),
  };
  const waits = (queue: keyof typeof sources) => {
    const { ready, inFlight } = queues.messages(queue);
    return ready.length > 0 || inFlight.some((id) => !sources[queue].isPostponed(id));
  };
  return {
    busy: () =>
      Object.values(sources).some((source) => source.busy()) || waits('alerts') || waits('deliveries'),
    async stop() {
      await Promise.all(Object.values(sources).map((source) => source.stop()));
    },
  };
}

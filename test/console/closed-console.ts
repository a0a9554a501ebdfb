import { SQSClient } from '@aws-sdk/client-sqs';
import { type RunningConsole, startConsole } from '../../infra/console/server.ts';
import type { TestStack } from '../support/stack.ts';

interface Hearing {
  port?: number;
  showLink?: (link: string) => void;
  failed: (error: unknown) => void;
}

/** A console of what a stack has, as on AWS: who has no link from the terminal sees nothing. */
export async function startClosedConsole(
  stack: TestStack,
  { port = 0, showLink = () => undefined, failed }: Hearing,
): Promise<RunningConsole> {
  return await startConsole({
    place: {
      name: 'stack Tocsin',
      config: stack.config,
      state: stack.state,
      queues: { sqs: new SQSClient(), urlOf: stack.queueUrl, deadLetterUrlOf: stack.deadLetterUrl },
      clock: stack.clock.now,
      author: 'wei',
      isOpen: false,
      stack: { urls: {}, tables: {} },
      journal: null,
      bill: () => ({ soFar: 0, month: 0 }),
      lookEveryMs: 1000,
    },
    port,
    showLink,
    failed,
  });
}

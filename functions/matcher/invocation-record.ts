import * as z from 'zod/mini';

/** What Lambda puts into a failure queue: the invocation that it gave up on. */
const invocationRecord = z.object({ requestPayload: z.object({ awslogs: z.object({ data: z.string() }) }) });

/**
 * The subscription payload inside a message of the failure queue.
 * @throws Error where the message is none of Lambda's: it then ends in the dead-letter queue.
 */
export function parseInvocationRecord(body: string): string {
  const result = invocationRecord.safeParse(JSON.parse(body));
  if (result.success) return result.data.requestPayload.awslogs.data;
  throw new Error(
    'The failure queue holds a message that is no invocation record: requestPayload.awslogs was expected.',
  );
}

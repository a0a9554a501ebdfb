/**
 * CloudFormation's protocol of custom resources: a request arrives as the event, and its answer is put to a signed URL
 * in it (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html). Without an answer the
 * deployment waits for an hour.
 */
import * as z from 'zod/mini';

const request = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: z.record(z.string(), z.unknown()),
  OldResourceProperties: z.optional(z.record(z.string(), z.unknown())),
});

export type CustomResourceRequest = z.infer<typeof request>;

/** What `Fn::GetAtt` finds on the resource: at most some 4 KB together. */
export type Attributes = Record<string, string>;

/** Whether an event is a request of CloudFormation's, which waits for an answer. */
export function isCustomResourceRequest(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'RequestType' in event;
}

/** Puts the answer to its URL; throws where it did not arrive. */
export type PutAnswer = (url: string, body: string) => Promise<void>;

/**
 * Carries a request out and answers it, also where it fails. The resource keeps one physical id for life: an update
 * never makes CloudFormation delete it.
 * @throws Error where the event is no request, or the answer did not arrive: Lambda then tries again
 */
export async function answerRequest(
  event: unknown,
  carryOut: (request: CustomResourceRequest) => Promise<Attributes>,
  put: PutAnswer = putAnswer,
): Promise<void> {
  const asked = request.parse(event);
  const {
    StackId,
    RequestId,
    LogicalResourceId,
    PhysicalResourceId = LogicalResourceId,
    ResponseURL,
  } = asked;
  const same = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  const answer = await carryOut(asked).then(
    (Data) => ({ Status: 'SUCCESS', ...same, Data }),
    (error: unknown) => ({ Status: 'FAILED', ...same, Reason: reasonOf(error) }),
  );
  await put(ResponseURL, JSON.stringify(answer));
}

const REASON_MAX = 1_000;

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, REASON_MAX);
}

const TRIES = 3;

/** The URL is a secret while it lasts: errors do not name it. */
async function putAnswer(url: string, body: string): Promise<void> {
  let failure = '';
  for (let tried = 0; tried < TRIES; tried += 1) {
    try {
      const { ok, status } = await fetch(url, { method: 'PUT', body, headers: { 'content-type': '' } });
      if (ok) return;
      failure = `it was refused with status ${status}`;
    } catch (error) {
      failure = error instanceof Error ? error.name : 'the connection failed';
    }
  }
  throw new Error(`CloudFormation could not be answered: ${failure}.`);
}

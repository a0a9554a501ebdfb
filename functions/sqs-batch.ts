import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/** `again`: nothing failed, but the message is to come back when its visibility ends. */
export type Handled = 'done' | 'again';

/**
 * Carries out every message of a batch on its own, all at the same time; those that failed are brought again by SQS,
 * the others are done. `failed` takes note of the error.
 * @throws Error where somebody else than SQS invoked the function.
 */
export async function forEachMessage(
  event: Partial<SQSEvent>,
  carryOut: (record: SQSRecord) => Promise<Handled>,
  failed: (record: SQSRecord, error: unknown) => void,
): Promise<SQSBatchResponse> {
  const { Records } = event;
  if (!Array.isArray(Records))
    throw new Error('This is no delivery of SQS: an event with Records was expected.');
  const failures = await Promise.all(
    Records.map(async (record) => {
      try {
        if ((await carryOut(record)) === 'done') return [];
      } catch (error) {
        failed(record, error);
      }
      return [{ itemIdentifier: record.messageId }];
    }),
  );
  return { batchItemFailures: failures.flat() };
}

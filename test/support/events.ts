/** The events that AWS invokes functions with. */
import { gzipSync } from 'node:zlib';
import type { CloudWatchLogsEvent, SQSEvent } from 'aws-lambda';
import type { LogEvent } from '../../shared/logs/event.ts';

/** A batch of SQS messages, `message-0`, `message-1`, …; bodies that are no text travel as JSON. */
export function sqsEvent(bodies: readonly unknown[]): SQSEvent {
  const Records = bodies.map((body, index) => ({
    messageId: `message-${index}`,
    receiptHandle: `receipt-${index}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '0',
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:queue',
    awsRegion: 'us-east-1',
  }));
  return { Records };
}

/** What a CloudWatch Logs subscription delivers; `changes` replace members of the payload. */
export function subscriptionEvent(
  logEvents: readonly (LogEvent | object)[],
  changes: Record<string, unknown> = {},
): CloudWatchLogsEvent {
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/app/api',
    logStream: 'i-0abc',
    subscriptionFilters: ['tocsin'],
    logEvents,
    ...changes,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } };
}

/** What Lambda puts into the failure queue once it has given up invoking a function. */
export function invocationRecord(requestPayload: unknown): object {
  return {
    version: '1.0',
    timestamp: '2026-11-21T02:00:00.000Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:matcher:$LATEST',
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorMessage: 'boom' },
  };
}

/** A CloudWatch event id. */
export function eventId(number: number): string {
  return `3${String(number).padStart(55, '0')}`;
}

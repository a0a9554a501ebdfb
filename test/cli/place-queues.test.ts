import { describe, expect, it } from 'vitest';
import type { Connection } from '../../cli/place/connection.ts';
import { queuesOf } from '../../cli/place/queues.ts';
import { QUEUE_NAMES } from '../../infra/dead-letters/queues.ts';

const place = (outputs: Record<string, string>) =>
  ({
    name: 'stack Tocsin',
    local: null,
    settings: { region: 'eu-west-1' },
    outputs,
  }) as unknown as Connection;

describe('the queues of a stack', () => {
  it('are found by its outputs', async () => {
    const names = ['Alerts', 'Deliveries', 'MatcherFailures'].flatMap((name) => [
      `${name}QueueUrl`,
      `${name}DlqQueueUrl`,
    ]);
    const outputs = Object.fromEntries(names.map((name) => [name, `https://sqs/${name}`]));
    const queues = await queuesOf(place(outputs));
    expect(QUEUE_NAMES.map((queue) => [queues.urlOf(queue), queues.deadLetterUrlOf(queue)])).toEqual([
      ['https://sqs/AlertsQueueUrl', 'https://sqs/AlertsDlqQueueUrl'],
      ['https://sqs/DeliveriesQueueUrl', 'https://sqs/DeliveriesDlqQueueUrl'],
      ['https://sqs/MatcherFailuresQueueUrl', 'https://sqs/MatcherFailuresDlqQueueUrl'],
    ]);
    queues.close();
  });

  it('are missed where the stack is an older one', async () => {
    await expect(queuesOf(place({}))).rejects.toThrow(
      'The stack Tocsin has no output AlertsQueueUrl: deploy this version first.',
    );
  });
});

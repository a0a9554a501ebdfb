import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../infra/local/aws/dynamo.ts';
import { type RunningQueues, startQueues } from '../../infra/local/aws/sqs.ts';
import { delaySeconds, SqsQueue } from '../../shared/aws/queue.ts';
import { MemoryQueue } from '../../shared/memory/queue.ts';
import { PortError, type Queue } from '../../shared/ports.ts';

interface Message {
  number: number;
  text?: string;
}

interface Harness {
  queue: Queue<Message>;
  /** What can be received now, in any order. */
  receive(): Promise<Message[]>;
}

const NOW = Date.UTC(2026, 0, 1);
let running: RunningQueues;
let client: SQSClient;
beforeAll(async () => {
  running = await startQueues();
  client = new SQSClient({ endpoint: running.url, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
});
afterAll(async () => {
  client.destroy();
  await running.stop();
});

function inMemory(): Harness {
  const queue = new MemoryQueue<Message>();
  return { queue, receive: async () => queue.take(NOW) };
}

function onSqs(): Harness {
  const url = running.queueUrl('alerts');
  const receive = async () => {
    const bodies: Message[] = [];
    for (;;) {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
      });
      const { Messages = [] } = await client.send(command);
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body = '' }) => JSON.parse(Body)));
    }
  };
  return { queue: new SqsQueue<Message>(client, url, () => NOW), receive };
}

describe.each([
  ['memory', inMemory],
  ['SQS', onSqs],
])('the Queue port on %s', (_name, open) => {
  it('brings every message as it was sent, more than one call takes included', async () => {
    const { queue, receive } = open();
    const sent = Array.from({ length: 23 }, (_, number) => ({ number, text: `告警 "${number}"\n` }));
    await queue.send(sent.map((body) => ({ body, group: 'g' })));
    expect((await receive()).sort((a, b) => a.number - b.number)).toEqual(sent);
  });

  it('holds back what is not due yet', async () => {
    const { queue, receive } = open();
    await queue.send([{ body: { number: 1 } }, { body: { number: 2 }, notBefore: NOW + 60_000 }]);
    await queue.send([{ body: { number: 3 }, notBefore: NOW }]);
    expect((await receive()).map(({ number }) => number).sort()).toEqual([1, 3]);
  });

  it('sends nothing where there is nothing to send', async () => {
    const { queue, receive } = open();
    await queue.send([]);
    expect(await receive()).toEqual([]);
  });
});

describe('SQS', () => {
  it.each([
    [undefined, 0],
    [NOW - 1, 0],
    [NOW + 1, 1],
    [NOW + 30_000, 30],
    [NOW + 3_600_000, 900],
  ])('takes a time of %s as a delay of %s s, never early and at most 15 minutes', (notBefore, seconds) => {
    expect(delaySeconds(notBefore, NOW)).toBe(seconds);
  });

  it('says whether a refused message may pass later', async () => {
    const queue = new SqsQueue<Message>(client, `${running.url}/000000000000/nowhere`, () => NOW);
    const refused = await queue.send([{ body: { number: 1 } }]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PortError);
    expect(refused).toMatchObject({ transient: false });
  });
});

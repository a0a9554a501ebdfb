import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventBridgeBus } from '../../shared/aws/event-bus.ts';
import { SnsTextMessages } from '../../shared/aws/text-messages.ts';

interface Asked {
  target: string | undefined;
  body: string;
}

/** A server in place of AWS, which answers as it is told. */
const asked: Asked[] = [];
let answer: { status: number; body: string; type?: string } = { status: 200, body: '{}' };
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push({ target: request.headers['x-amz-target'] as string | undefined, body });
  if (answer.status === 0) return;
  response.writeHead(answer.status, { 'content-type': answer.type ?? 'application/x-amz-json-1.1' });
  response.end(answer.body);
});

const config = () => ({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  maxAttempts: 1,
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
});

const event = (detail = '{"a":1}') => ({ detailType: 'Alert Firing', detail, time: Date.UTC(2026, 10, 21) });

describe('the event bus on EventBridge', () => {
  it('puts events as tocsin', async () => {
    answer = { status: 200, body: '{"FailedEntryCount":0,"Entries":[{"EventId":"1"}]}' };
    expect(await new EventBridgeBus(config()).put('ops', [event()], 5000)).toEqual([null]);
    const { target, body } = asked.at(-1) ?? { target: '', body: '{}' };
    expect(target).toBe('AWSEvents.PutEvents');
    expect(JSON.parse(body).Entries).toEqual([
      {
        EventBusName: 'ops',
        Source: 'tocsin',
        DetailType: 'Alert Firing',
        Detail: '{"a":1}',
        Time: 1795219200,
      },
    ]);
  });

  it('says of each event that was refused why, and whether that passes', async () => {
    const entries = [
      { EventId: '1' },
      { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow down' },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'no JSON' },
    ];
    answer = { status: 200, body: JSON.stringify({ FailedEntryCount: 2, Entries: entries }) };
    const refused = await new EventBridgeBus(config()).put('ops', [event(), event(), event()], 5000);
    expect(refused).toEqual([
      null,
      expect.objectContaining({ code: 'ThrottlingException', transient: true }),
      expect.objectContaining({ code: 'MalformedDetail', transient: false }),
    ]);
  });

  it.each([
    [400, 'AccessDeniedException', false],
    [400, 'ThrottlingException', true],
    [500, 'InternalException', true],
  ])('throws what the service answers as a whole: %s %s', async (status, name, transient) => {
    answer = { status, body: JSON.stringify({ __type: name, message: 'no' }) };
    const put = new EventBridgeBus(config()).put('ops', [event()], 5000);
    await expect(put).rejects.toMatchObject({ name: 'PortError', code: name, transient });
  });

  it('has a deadline', async () => {
    answer = { status: 0, body: '' };
    const put = new EventBridgeBus(config()).put('ops', [event()], 50);
    await expect(put).rejects.toMatchObject({ code: 'Timeout', transient: true });
  });
});

describe('text messages on SNS', () => {
  it('are published to a number, the dependable way', async () => {
    const body =
      '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>id-1</MessageId></PublishResult></PublishResponse>';
    answer = { status: 200, type: 'text/xml', body };
    const sent = await new SnsTextMessages(config()).send('+8613800000000', '告警', 5000);
    expect(sent).toEqual({ messageId: 'id-1' });
    const asking = new URLSearchParams(asked.at(-1)?.body);
    expect(asking.get('Action')).toBe('Publish');
    expect(asking.get('PhoneNumber')).toBe('+8613800000000');
    expect(asking.get('Message')).toBe('告警');
    expect(asked.at(-1)?.body).toContain('Transactional');
  });

  it.each([
    [403, 'AuthorizationError', 'AuthorizationErrorException', false],
    [400, 'InvalidParameter', 'InvalidParameterException', false],
    [429, 'Throttled', 'ThrottledException', true],
    [500, 'InternalError', 'InternalErrorException', true],
  ])('throw what the service answers: %s %s', async (status, code, name, transient) => {
    const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
    answer = { status, type: 'text/xml', body };
    const sending = new SnsTextMessages(config()).send('+8613800000000', 'x', 5000);
    await expect(sending).rejects.toMatchObject({ name: 'PortError', code: name, transient });
  });
});

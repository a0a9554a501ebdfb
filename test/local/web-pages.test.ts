import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../infra/local/aws/dynamo.ts';
import { startInbox } from '../../infra/local/aws/inbox.ts';
import { startSesEvents } from '../../infra/local/aws/ses-events.ts';
import { startQueues } from '../../infra/local/aws/sqs.ts';

const services: Record<string, { url: string; stop(): Promise<void> }> = {};

beforeAll(async () => {
  services.dynamodb = await startDynamoDb();
  services.sqs = await startQueues();
  services.inbox = await startInbox();
  const nothing = () => undefined;
  services.ses = await startSesEvents({
    target: services.inbox.url,
    emit: async () => nothing(),
    clock: () => 0,
    failed: nothing,
  });
});
afterAll(async () => {
  for (const { stop } of Object.values(services)) await stop();
});

interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string;
}

function ask(name: string, { method = 'GET', path = '/', headers = {}, body = '' }: Asked) {
  const { hostname, port } = new URL(services[name]?.url ?? '');
  return new Promise<{ status: number; allowed: unknown }>((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      response.resume();
      const allowed = response.headers['access-control-allow-origin'];
      resolve({ status: response.statusCode ?? 0, allowed });
    });
    asked.once('error', reject).end(body);
  });
}

const REFUSED = { status: 403, allowed: undefined };
const EVIL = 'http://evil.example.com';
const LIST_TABLES = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-target': 'DynamoDB_20120810.ListTables',
  'x-amz-date': '20261121T000000Z',
  authorization:
    'AWS4-HMAC-SHA256 Credential=a/20261121/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=b',
};

describe('what runs beside the product', () => {
  it.each(['dynamodb', 'sqs', 'inbox', 'ses'])('%s answers no web page of another origin', async (name) => {
    for (const headers of [
      { origin: EVIL },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', 'sec-fetch-dest': 'iframe' },
    ] as Record<string, string>[]) {
      expect(await ask(name, { headers })).toEqual(REFUSED);
      expect(await ask(name, { method: 'POST', headers, body: 'Action=CreateTopic&Name=x' })).toEqual(
        REFUSED,
      );
      expect(await ask(name, { method: 'OPTIONS', headers })).toEqual(REFUSED);
    }
  });

  it.each(['dynamodb', 'sqs', 'inbox', 'ses'])('%s answers by no foreign name', async (name) => {
    for (const host of ['evil.example.com', '127.0.0.1.evil.example.com', 'localhost.evil.example.com:80'])
      expect(await ask(name, { headers: { host } })).toEqual(REFUSED);
  });

  it.each(['dynamodb', 'sqs', 'inbox', 'ses'])('%s listens on this machine alone', async (name) => {
    const port = Number(new URL(services[name]?.url ?? '').port);
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.2' }, () => resolve(true));
      socket.once('error', () => resolve(false)).once('connect', () => socket.destroy());
    });
    expect(reached).toBe(false);
  });

  it('answers programs', async () => {
    const dynamo = { method: 'POST', headers: LIST_TABLES, body: '{}' };
    expect((await ask('dynamodb', dynamo)).status).toBe(200);
    expect((await ask('sqs', { path: '/_fauxqs/queues' })).status).toBe(200);
    expect((await ask('inbox', { path: '/store' })).status).toBe(200);
  });

  it('shows the inbox to whoever opens it, from the console too, and lets its page work', async () => {
    const { origin } = new URL(services.inbox?.url ?? '');
    const opened = {
      'sec-fetch-site': 'same-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
    };
    expect((await ask('inbox', { headers: opened })).status).toBe(200);
    const own = { 'sec-fetch-site': 'same-origin', origin };
    expect((await ask('inbox', { path: '/store?since=0', headers: own })).status).toBe(200);
    expect((await ask('inbox', { method: 'POST', path: '/clear-store', headers: own })).status).toBe(200);
  });

  it('passes mails on to the inbox and nowhere else', async () => {
    const asked = { method: 'POST', path: 'http://evil.example.com/v2/email/outbound-emails', body: '{}' };
    expect((await ask('ses', asked)).status).not.toBe(502);
    expect((await ask('ses', { path: '//evil.example.com/store' })).status).toBe(403);
  });
});

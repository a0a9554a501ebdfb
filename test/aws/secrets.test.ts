import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretsManagerSecrets } from '../../shared/aws/secrets.ts';

let server: Server;
let client: SecretsManagerClient;
let answer: { status: number; body: object };
let now: number;

beforeEach(async () => {
  now = 0;
  server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new SecretsManagerClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});

afterEach(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

const get = (key: string | null) => new SecretsManagerSecrets(client, () => now).get('ops', key);
const refuse = (name: string) => {
  answer = { status: 400, body: { __type: name, Message: 'User: arn:aws:sts::123456789012:x may not' } };
};

describe('secrets of Secrets Manager', () => {
  it('are asked for again a minute later, so that a rotated one is picked up', async () => {
    const secrets = new SecretsManagerSecrets(client, () => now);
    answer = { status: 200, body: { SecretString: 'old' } };
    expect(await secrets.get('ops', null)).toBe('old');
    answer = { status: 200, body: { SecretString: 'new' } };
    expect(await secrets.get('ops', null)).toBe('old');
    now = 60_000;
    expect(await secrets.get('ops', null)).toBe('new');
  });

  it('say which key they lack, and nothing of what they hold', async () => {
    answer = { status: 200, body: { SecretString: '{"sign":"hidden"}' } };
    await expect(get('webhook')).rejects.toMatchObject({
      message: 'secret tocsin/ops has no key webhook: a JSON object with that key was expected',
      transient: false,
    });
  });

  it('say that there is none, or that it may not be read, and name no account', async () => {
    refuse('ResourceNotFoundException');
    await expect(get(null)).rejects.toMatchObject({
      message: 'there is no secret tocsin/ops',
      transient: false,
    });
    refuse('AccessDeniedException');
    await expect(get(null)).rejects.toMatchObject({
      message: 'secret tocsin/ops could not be read: AccessDeniedException',
      transient: false,
    });
    refuse('ThrottlingException');
    await expect(get(null)).rejects.toMatchObject({ transient: true });
  });

  it('say that Secrets Manager is out of reach, which may pass', async () => {
    server.close();
    await expect(get(null)).rejects.toMatchObject({
      message: 'Secrets Manager could not be reached for secret tocsin/ops',
      transient: true,
    });
  });
});

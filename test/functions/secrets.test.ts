import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { secretsOf } from '../../functions/secrets.ts';

let manager: Server;
let environment: Record<string, string>;
beforeAll(async () => {
  manager = createServer((_request, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    response.end(JSON.stringify({ Name: 'tocsin/ops', SecretString: '{"webhook":"kept"}' }));
  });
  await new Promise<void>((resolve) => manager.listen(0, '127.0.0.1', resolve));
  const { port } = manager.address() as AddressInfo;
  environment = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${port}`,
  };
});
afterAll(() => new Promise((resolve) => manager.close(resolve)));

it('takes a secret from its environment variable, and from Secrets Manager where there is none', async () => {
  const secrets = secretsOf(
    { ...environment, TOCSIN_SECRET_FEISHU_OPS__SIGN: 'set', TOCSIN_SECRET_SMTP: 'whole' },
    () => 0,
  );
  expect(await secrets.get('feishu-ops', 'sign')).toBe('set');
  expect(await secrets.get('smtp', null)).toBe('whole');
  expect(await secrets.get('ops', 'webhook')).toBe('kept');
});

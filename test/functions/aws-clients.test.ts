import { expect, it } from 'vitest';
import { clientConfig } from '../../functions/aws-clients.ts';

const AT_A_STAND_IN = {
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:9324',
};

it('takes region and credentials of a stand-in to it alone, and leaves those of AWS to the SDK', () => {
  expect(clientConfig(AT_A_STAND_IN, 'AWS_ENDPOINT_URL_SQS')).toEqual({
    endpoint: 'http://127.0.0.1:9324',
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  expect(clientConfig(AT_A_STAND_IN, 'AWS_ENDPOINT_URL_SESV2')).toEqual({});
});

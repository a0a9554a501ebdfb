import type { LambdaFunctionURLEvent } from 'aws-lambda';

export interface Asked {
  method?: string;
  query?: string;
  /** Names in lower case. */
  headers?: Record<string, string>;
  form?: Record<string, string>;
  body?: string;
}

/** What Lambda hands to a function for a request to its URL. */
export function urlEvent(path: string, asked: Asked = {}): LambdaFunctionURLEvent {
  const { method = 'GET', query = '', form, body } = asked;
  const sent = form === undefined ? body : new URLSearchParams(form).toString();
  const type = sent === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'abc.lambda-url.eu-west-1.on.aws', ...type, ...asked.headers },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'abc',
      domainName: 'abc.lambda-url.eu-west-1.on.aws',
      domainPrefix: 'abc',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...(sent === undefined ? {} : { body: Buffer.from(sent).toString('base64') }),
    isBase64Encoded: sent !== undefined,
  };
}

/** The parts of AWS that the command line asks, in memory: a stack's outputs, log groups and their filters. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';

export interface AwsStub {
  /** Filters by log group: name and destination. */
  logGroups: Map<string, { filterName: string; destinationArn: string }[]>;
  /** Subscription policies of the account. */
  policies: { policyName: string; policyDocument: string; selectionCriteria?: string }[];
  /** What is denied, by operation. */
  denied: Set<string>;
  /** Log groups that take no other filter. */
  full: Set<string>;
  outputs: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts it and points the SDK's own environment variables at it. */
export async function startAwsStub(): Promise<AwsStub> {
  const stub: Omit<AwsStub, 'stop'> = {
    logGroups: new Map(),
    policies: [],
    denied: new Set(),
    full: new Set(),
    outputs: {},
  };
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const target = request.headers['x-amz-target'];
    const { status, text } = typeof target === 'string' ? logs(stub, target, body) : stacks(stub, body);
    response.writeHead(status, {
      'content-type': target === undefined ? 'text/xml' : 'application/x-amz-json-1.1',
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL', url);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  return Object.assign(stub, {
    async stop() {
      vi.unstubAllEnvs();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function stacks({ outputs }: Omit<AwsStub, 'stop'>, body: string): { status: number; text: string } {
  if (new URLSearchParams(body).get('StackName') !== 'Tocsin') {
    const error = '<Code>ValidationError</Code><Message>Stack with id x does not exist</Message>';
    return { status: 400, text: `<ErrorResponse><Error><Type>Sender</Type>${error}</Error></ErrorResponse>` };
  }
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stack = `<member><StackName>Tocsin</StackName><Outputs>${members.join('')}</Outputs></member>`;
  const result = `<DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult>`;
  return { status: 200, text: `<DescribeStacksResponse>${result}</DescribeStacksResponse>` };
}

function logs(stub: Omit<AwsStub, 'stop'>, target: string, body: string): { status: number; text: string } {
  const asked = JSON.parse(body) as Record<string, string>;
  const { logGroupName = '', filterName = '', destinationArn = '' } = asked;
  const filters = stub.logGroups.get(logGroupName);
  const fail = (type: string) => ({ status: 400, text: JSON.stringify({ __type: type, message: type }) });
  const good = (answer: object) => ({ status: 200, text: JSON.stringify(answer) });
  const operation = target.split('.')[1] ?? '';
  if (stub.denied.has(operation)) return fail('AccessDeniedException');
  switch (operation) {
    case 'DescribeAccountPolicies':
      return good({
        accountPolicies: asked.policyType === 'SUBSCRIPTION_FILTER_POLICY' ? stub.policies : [],
      });
    case 'DescribeLogGroups': {
      const names = [...stub.logGroups.keys()].filter((name) =>
        name.startsWith(asked.logGroupNamePrefix ?? ''),
      );
      return good({ logGroups: names.map((name) => ({ logGroupName: name, logGroupClass: 'STANDARD' })) });
    }
    case 'DescribeSubscriptionFilters':
      return filters === undefined
        ? fail('ResourceNotFoundException')
        : good({ subscriptionFilters: filters });
    case 'PutSubscriptionFilter':
      if (stub.full.has(logGroupName)) return fail('LimitExceededException');
      filters?.push({ filterName, destinationArn });
      return good({});
    case 'DeleteSubscriptionFilter':
      stub.logGroups.set(
        logGroupName,
        (filters ?? []).filter((filter) => filter.filterName !== filterName),
      );
      return good({});
    default:
      return fail('UnknownOperationException');
  }
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CloudWatchLogGroups } from '../../shared/aws/log-groups.ts';
import { PortError } from '../../shared/ports.ts';

type Call = { operation: string; input: Record<string, unknown> };
type Answer = { status?: number; body: unknown };

let server: Server;
let client: CloudWatchLogsClient;
let calls: Call[];
let answerTo: (call: Call) => Answer;

/** The wire of CloudWatch Logs, as far as it goes: JSON 1.1, the operation in a header. */
beforeEach(async () => {
  calls = [];
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const operation = String(request.headers['x-amz-target']).replace('Logs_20140328.', '');
    const call = { operation, input: JSON.parse(text) as Record<string, unknown> };
    calls.push(call);
    const { status = 200, body } = answerTo(call);
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new CloudWatchLogsClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  });
});

afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const FILTER = { name: 'tocsin-Shop', destinationArn: 'arn:aws:lambda:eu-west-1:1:function:matcher' };

describe('log groups on CloudWatch Logs', () => {
  it('are listed page by page, without those of classes that cannot be subscribed', async () => {
    answerTo = ({ input }) =>
      input.nextToken === undefined
        ? { body: { logGroups: [{ logGroupName: '/app/a', logGroupClass: 'STANDARD' }], nextToken: 'more' } }
        : {
            body: {
              logGroups: [
                { logGroupName: '/app/cold', logGroupClass: 'INFREQUENT_ACCESS' },
                { logGroupName: '/app/old' },
              ],
            },
          };
    const pages: string[][] = [];
    for await (const page of new CloudWatchLogGroups(client).list('/app/')) pages.push(page);
    expect(pages).toEqual([['/app/a'], ['/app/old']]);
    expect(calls.map(({ input }) => input.logGroupNamePrefix)).toEqual(['/app/', '/app/']);
  });

  it('are listed whole without a prefix', async () => {
    answerTo = () => ({ body: { logGroups: [] } });
    for await (const page of new CloudWatchLogGroups(client).list('')) expect(page).toEqual([]);
    expect(calls[0]?.input).not.toHaveProperty('logGroupNamePrefix');
  });

  it('hand over every event once they are subscribed', async () => {
    answerTo = () => ({ body: {} });
    await new CloudWatchLogGroups(client).subscribe('/app/a', FILTER);
    expect(calls).toEqual([
      {
        operation: 'PutSubscriptionFilter',
        input: {
          logGroupName: '/app/a',
          filterName: FILTER.name,
          filterPattern: '',
          destinationArn: FILTER.destinationArn,
        },
      },
    ]);
  });

  it('tell their filters', async () => {
    const { name: filterName, destinationArn } = FILTER;
    answerTo = () => ({ body: { subscriptionFilters: [{ filterName, destinationArn }] } });
    expect(await new CloudWatchLogGroups(client).filtersOf('/app/a')).toEqual([FILTER]);
  });

  it('may be handed over by policies of the account, whose choice is read as far as it is known', async () => {
    const policy = (policyName: string, selectionCriteria?: string) => ({
      policyName,
      policyDocument: JSON.stringify({ DestinationArn: FILTER.destinationArn, FilterPattern: '' }),
      ...(selectionCriteria === undefined ? {} : { selectionCriteria }),
    });
    answerTo = ({ input }) =>
      input.nextToken === undefined
        ? {
            body: {
              accountPolicies: [policy('some', 'LogGroupName NOT IN ["/a", "/b"]')],
              nextToken: 'more',
            },
          }
        : { body: { accountPolicies: [policy('all'), policy('odd', 'LogGroupName IN ["/a"]')] } };
    const { destinationArn } = FILTER;
    expect(await new CloudWatchLogGroups(client).accountSubscriptions()).toEqual([
      { name: 'some', destinationArn, except: ['/a', '/b'] },
      { name: 'all', destinationArn, except: [] },
      { name: 'odd', destinationArn, except: null },
    ]);
    expect(calls[0]).toEqual({
      operation: 'DescribeAccountPolicies',
      input: { policyType: 'SUBSCRIPTION_FILTER_POLICY' },
    });
  });

  it('need no filter to be taken away', async () => {
    answerTo = () => ({ status: 400, body: { __type: 'ResourceNotFoundException', message: 'gone' } });
    await new CloudWatchLogGroups(client).unsubscribe('/app/a', FILTER.name);
    expect(calls[0]?.operation).toBe('DeleteSubscriptionFilter');
  });

  it.each([
    ['LimitExceededException', false],
    ['ResourceNotFoundException', false],
    ['OperationAbortedException', true],
    ['ThrottlingException', true],
  ])('fail by the name of the service, %s', async (code, transient) => {
    answerTo = () => ({ status: 400, body: { __type: code, message: 'no' } });
    const failed = await new CloudWatchLogGroups(client).subscribe('/app/a', FILTER).catch((error) => error);
    expect(failed).toBeInstanceOf(PortError);
    expect(failed).toMatchObject({ code, transient });
  });
});

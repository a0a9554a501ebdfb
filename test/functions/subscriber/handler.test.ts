import type { Context } from 'aws-lambda';
import { beforeEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/subscriber/handler.ts';
import type { Happening } from '../../../shared/happenings.ts';
import { FakeLogGroups } from './fake-log-groups.ts';

const FILTER = 'tocsin-Shop';
const MATCHER = 'arn:aws:lambda:eu-west-1:123456789012:function:matcher';
const GLOBS = ['/app/*', '!/app/debug'];
const KNOWN = ['/app/a', '/app/b', '/app/debug', '/other', '/fixed', '/tocsin/Shop/matcher'];

let logGroups: FakeLogGroups;
let answers: Record<string, unknown>[];
let happenings: Happening[];

beforeEach(() => {
  logGroups = new FakeLogGroups(KNOWN);
  answers = [];
  happenings = [];
});

function handlerOf(globs: readonly string[]) {
  const environment = {
    TOCSIN_FILTER_NAME: FILTER,
    TOCSIN_MATCHER_ARN: MATCHER,
    TOCSIN_OWN_LOG_GROUPS: '/tocsin/*',
    ...(globs.length === 0 ? {} : { TOCSIN_LOG_GROUP_GLOBS: globs.join(',') }),
  };
  const put = async (_url: string, body: string) => {
    answers.push(JSON.parse(body) as Record<string, unknown>);
  };
  return createHandler(
    environment,
    { happened: (happening) => happenings.push(happening) },
    { logGroups, put },
  );
}

function deployment(RequestType: string, globs: readonly string[], old?: readonly string[]) {
  return {
    RequestType,
    ResponseURL: 'https://cloudformation.example.com/?signature=hush',
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Follow',
    ResourceProperties: { names: ['/fixed'], globs },
    ...(old === undefined ? {} : { OldResourceProperties: { names: ['/fixed'], globs: old } }),
  };
}

function creationOf(logGroupName: string) {
  return { source: 'aws.logs', detail: { eventName: 'CreateLogGroup', requestParameters: { logGroupName } } };
}

function answered() {
  const [answer] = answers;
  return { status: answer?.Status, data: answer?.Data, reason: answer?.Reason };
}

describe('at a deployment', () => {
  it('log groups that a glob takes are subscribed, and those of the stack looked at', async () => {
    await handlerOf(GLOBS)(deployment('Create', GLOBS));
    expect(logGroups.subscribed(FILTER)).toEqual(['/app/a', '/app/b', '/fixed']);
    expect(answered()).toMatchObject({
      status: 'SUCCESS',
      data: { Subscribed: '3', NotSubscribed: 'none' },
    });
  });

  it('nothing of tocsin itself is subscribed, whatever the globs', async () => {
    await handlerOf(['*'])(deployment('Create', ['*']));
    expect(logGroups.subscribed(FILTER)).not.toContain('/tocsin/Shop/matcher');
  });

  it('one that cannot be subscribed stops only itself and is named with the reason', async () => {
    logGroups.full.add('/app/a');
    await handlerOf(GLOBS)(deployment('Create', GLOBS));
    expect(logGroups.subscribed(FILTER)).toEqual(['/app/b', '/fixed']);
    const reason =
      'it has as many subscription filters as CloudWatch Logs allows a log group: remove one that is not needed';
    expect(answered()).toMatchObject({ status: 'SUCCESS', data: { NotSubscribed: `/app/a: ${reason}` } });
    expect(happenings).toContainEqual({
      type: 'subscription',
      logGroup: '/app/a',
      change: 'refused',
      reason,
    });
  });

  it('what the globs take no longer is let go, what other filters do stays', async () => {
    await logGroups.subscribe('/app/b', { name: 'theirs', destinationArn: 'arn:elsewhere' });
    await handlerOf(GLOBS)(deployment('Create', GLOBS));
    await handlerOf(['/app/a'])(deployment('Update', ['/app/a'], GLOBS));
    expect(logGroups.subscribed(FILTER)).toEqual(['/app/a', '/fixed']);
    expect(logGroups.subscribed('theirs')).toEqual(['/app/b']);
  });

  it('a filter that points to an older matcher is turned to this one', async () => {
    await logGroups.subscribe('/app/a', { name: FILTER, destinationArn: 'arn:older' });
    await handlerOf(GLOBS)(deployment('Create', GLOBS));
    expect(logGroups.groups.get('/app/a')).toEqual([{ name: FILTER, destinationArn: MATCHER }]);
  });

  it('where time runs short it says so and leaves the rest to the next look', async () => {
    const context = { getRemainingTimeInMillis: () => 1_000 } as Context;
    await handlerOf(GLOBS)(deployment('Create', GLOBS), context);
    expect(answered()).toMatchObject({
      status: 'SUCCESS',
      data: { NotSubscribed: expect.stringContaining('the hourly look goes on') },
    });
    await handlerOf(GLOBS)({ names: ['/fixed'] });
    expect(logGroups.subscribed(FILTER)).toEqual(['/app/a', '/app/b', '/fixed']);
  });

  it('a failure is told to CloudFormation, without the address of the answer', async () => {
    logGroups.list = () => {
      throw new Error('The service is down.');
    };
    await handlerOf(GLOBS)(deployment('Create', GLOBS));
    expect(answered()).toMatchObject({ status: 'FAILED', reason: 'The service is down.' });
  });
});

describe('when the stack goes', () => {
  it('the subscriptions by glob end; CloudFormation ends its own', async () => {
    await handlerOf(GLOBS)(deployment('Create', GLOBS));
    await handlerOf(GLOBS)(deployment('Delete', GLOBS));
    expect(logGroups.subscribed(FILTER)).toEqual(['/fixed']);
  });
});

describe('a log group that comes into being', () => {
  it.each(KNOWN)('%s is subscribed where a glob takes it', async (name) => {
    await handlerOf(GLOBS)(creationOf(name));
    expect(logGroups.subscribed(FILTER)).toEqual(['/app/a', '/app/b'].includes(name) ? [name] : []);
  });
});

describe('the hourly look', () => {
  it('mends what was lost and calls nothing where all stand', async () => {
    await handlerOf(GLOBS)(deployment('Create', GLOBS));
    await logGroups.unsubscribe('/app/a', FILTER);
    await logGroups.unsubscribe('/fixed', FILTER);
    await handlerOf(GLOBS)({ names: ['/fixed'] });
    expect(logGroups.subscribed(FILTER)).toEqual(['/app/a', '/app/b', '/fixed']);
    const { calls } = logGroups;
    await handlerOf(GLOBS)({ names: ['/fixed'] });
    expect(logGroups.calls).toBe(calls);
  });

  it('adds no filter to what a policy of the account hands over', async () => {
    logGroups.policies = [{ name: 'all', destinationArn: MATCHER, except: ['/app/b'] }];
    await handlerOf(GLOBS)({ names: ['/fixed'] });
    await handlerOf(GLOBS)(creationOf('/app/a'));
    expect(logGroups.subscribed(FILTER)).toEqual(['/app/b']);
  });

  it('names a log group of the stack that is gone', async () => {
    await handlerOf([])({ names: ['/gone'] });
    expect(happenings).toEqual([
      { type: 'subscription', logGroup: '/gone', change: 'refused', reason: 'there is no such log group' },
    ]);
  });
});

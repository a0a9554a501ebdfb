import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inPlace } from '../../cli/place/connection.ts';
import { coverageOf } from '../../cli/rules/coverage.ts';
import { Progress } from '../../cli/terminal/progress.ts';
import { type AwsStub, startAwsStub } from './aws-stub.ts';
import { tocsin } from './tocsin.ts';

let aws: AwsStub;
beforeEach(async () => {
  aws = await startAwsStub();
  aws.outputs = {
    ConfigTable: 'config',
    StateTable: 'state',
    MatcherArn: 'arn:aws:lambda:eu-central-1:1:function:m',
    FilterName: 'tocsin-Shop-Tocsin-1A2B',
  };
  for (const name of ['/app/a', '/app/b', '/app/debug', '/other', '/tocsin/Shop-Tocsin-1A2B/matcher'])
    aws.logGroups.set(name, []);
});
afterEach(async () => {
  await aws.stop();
});

const run = (...argv: string[]) => tocsin('/', argv);
const subscribed = () => [...aws.logGroups].filter(([, filters]) => filters.length > 0).map(([name]) => name);

describe('tocsin subscribe', () => {
  it('hands log groups over, by name and by glob, each once, and never its own', async () => {
    const ran = await run('subscribe', '/other', '*', '!/app/debug');
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toBe('+ /other\n+ /app/a\n+ /app/b\n3 subscribed, 0 refused\n');
    expect(subscribed()).toEqual(['/app/a', '/app/b', '/other']);
    expect(aws.logGroups.get('/other')).toEqual([
      { filterName: 'tocsin-Shop-Tocsin-1A2B', destinationArn: 'arn:aws:lambda:eu-central-1:1:function:m' },
    ]);
    expect((await run('subscribe', '/app/*', '--json')).json()).toEqual([
      { type: 'subscription', logGroup: '/app/debug', change: 'begun', reason: null },
      { type: 'summary', subscribed: 3, covered: 0, refused: 0 },
    ]);
    const own = await run('subscribe', '/tocsin/Shop-Tocsin-1A2B/matcher');
    expect(own).toMatchObject({ code: 2 });
    expect(own.err).toContain('is a log group of tocsin itself, which would feed on its own log.');
  });

  it('says why a log group cannot be subscribed, and goes on with the others', async () => {
    aws.full.add('/app/a');
    const ran = await run('subscribe', '/app/a', '/nowhere', '/app/b');
    expect(ran.code).toBe(1);
    expect(ran.out).toContain('! /app/a: it has as many subscription filters as CloudWatch Logs allows');
    expect(ran.out).toContain('! /nowhere: there is no such log group');
    expect(ran.out).toContain('1 subscribed, 2 refused\n');
    expect(await run('subscribe', '/none-*')).toMatchObject({ code: 1 });
  });

  it('refuses what makes no sense in one sentence', async () => {
    expect(await run('subscribe')).toMatchObject({ code: 2 });
    expect(await run('subscribe', 'a b')).toMatchObject({ code: 2 });
    const missing = await run('subscribe', '/app/a', '--stack', 'Other');
    expect(missing).toMatchObject({ code: 3, out: '' });
    expect(missing.err).toBe(
      'tocsin subscribe: AWS refuses: Stack with id x does not exist (ValidationError).\n',
    );
    aws.outputs = {};
    expect((await run('subscribe', '/app/a')).err).toContain('is it a stack of tocsin?');
  });
});

describe('tocsin subscriptions and unsubscribe', () => {
  it('list what is handed over, and end it without touching filters of others', async () => {
    expect(await run('subscriptions')).toMatchObject({ code: 1, out: '0 of 4 subscribed\n' });
    await run('subscribe', '/app/*');
    aws.logGroups.get('/app/a')?.push({ filterName: 'theirs', destinationArn: 'arn:x' });
    expect((await run('subscriptions', '/app/a', '/oth*', '--all')).out).toBe(
      '+ /app/a\n- /other\n1 of 2 subscribed\n',
    );
    const ended = await run('unsubscribe', '/app/a', '/app/d*');
    expect(ended).toMatchObject({ code: 0, out: '- /app/a\n- /app/debug\n2 ended\n' });
    expect(aws.logGroups.get('/app/a')).toEqual([{ filterName: 'theirs', destinationArn: 'arn:x' }]);
    expect(await run('unsubscribe', '/other')).toMatchObject({ code: 1 });
  });
});

describe('a policy of the account', () => {
  const policyOf = (destination: string, ...except: string[]) => ({
    policyName: 'tocsin-Shop-Tocsin-1A2B',
    policyDocument: JSON.stringify({
      DestinationArn: destination,
      FilterPattern: '',
      Distribution: 'Random',
    }),
    selectionCriteria: `LogGroupName NOT IN ${JSON.stringify(except)}`,
  });
  const ours = () => policyOf(aws.outputs.MatcherArn ?? '', '/app/debug');

  it('hands over every log group but those that it excludes', async () => {
    aws.policies = [ours()];
    expect((await run('subscriptions', '--all')).out).toBe(
      [
        '+ /app/a  (by the policy of the account)',
        '+ /app/b  (by the policy of the account)',
        '- /app/debug',
        '+ /other  (by the policy of the account)',
        'The policy tocsin-Shop-Tocsin-1A2B of the account hands over every log group but /app/debug.',
        '3 of 4 subscribed\n',
      ].join('\n'),
    );
    expect((await run('subscriptions', '/app/a', '--json')).json()).toEqual([
      { type: 'subscription', logGroup: '/app/a', subscribed: true, by: 'policy' },
      {
        type: 'summary',
        looked: 1,
        subscribed: 1,
        policies: [{ name: 'tocsin-Shop-Tocsin-1A2B', except: ['/app/debug'] }],
      },
    ]);
  });

  it('counts only where it leads to the matcher, and where its choice is understood', async () => {
    aws.policies = [policyOf('arn:aws:lambda:eu-central-1:1:function:theirs')];
    expect(await run('subscriptions')).toMatchObject({ code: 1, out: '0 of 4 subscribed\n' });
    aws.policies = [{ ...ours(), selectionCriteria: 'LogGroupNamePrefix IN ["/app"]' }];
    const { code, out } = await run('subscriptions');
    expect(code).toBe(1);
    expect(out).toContain('selects log groups in a way that is not understood: none is counted.');
  });

  it('keeps subscribe from adding a filter to what it hands over, so that nothing is paid twice', async () => {
    aws.policies = [ours()];
    const ran = await run('subscribe', '/app/*');
    expect(ran).toMatchObject({ code: 0, out: '+ /app/debug\n3 subscribed, 0 refused\n' });
    expect(ran.err).toBe(
      'tocsin subscribe: 2 log groups are handed over by the policy of the account already: no filter is added, for each event would be delivered twice.\n',
    );
    expect(subscribed()).toEqual(['/app/debug']);
    expect((await run('subscribe', '/nowhere')).out).toContain('! /nowhere: there is no such log group');
  });

  it('is not ended by unsubscribe, which says where it is', async () => {
    await run('subscribe', '/app/a');
    aws.policies = [ours()];
    const ran = await run('unsubscribe', '/app/*');
    expect(ran).toMatchObject({ code: 0, out: '- /app/a\n1 ended\n' });
    expect(ran.err).toContain('2 log groups are handed over by the policy of the account: a !NAME among');
  });

  it('is asked for by whoever looks; who only adds filters may go without', async () => {
    aws.denied.add('DescribeAccountPolicies');
    expect(await run('subscribe', '/app/a')).toMatchObject({ code: 0 });
    const { code, err } = await run('subscriptions');
    expect(code).toBe(3);
    expect(err).toContain('AccessDeniedException');
  });
});

describe('what reaches a rule', () => {
  it('is known where log groups logged lately, and asked of the filters where none did', async () => {
    await run('subscribe', '/app/b');
    await inPlace({}, async (place) => {
      const activity = { event: new Map([['/heard', 1]]), match: new Map(), fired: new Map() };
      const rules = [
        { id: 'heard', logGroups: ['/h*'] },
        { id: 'silent', logGroups: ['/app/*'] },
        { id: 'rest', logGroups: ['!/app/b', '!/heard'] },
        { id: 'blind', logGroups: ['/other'] },
        { id: 'own', logGroups: ['/tocsin/Shop-Tocsin-1A2B/matcher'] },
      ];
      const io = { stdout: () => undefined, stderr: () => undefined, env: {}, cwd: '/', isTerminal: false };
      const progress = new Progress({ ...io, stdin: process.stdin }, true);
      const { coverage, failure } = await coverageOf(place, rules, activity, progress);
      expect(failure).toBeNull();
      expect(Object.fromEntries(coverage)).toEqual({
        heard: { logGroups: ['/heard'], isReached: true },
        silent: { logGroups: ['/app/b'], isReached: true },
        rest: { logGroups: [], isReached: false },
        blind: { logGroups: [], isReached: false },
        own: { logGroups: [], isReached: false },
      });
      aws.policies = [
        {
          policyName: 'all',
          policyDocument: JSON.stringify({ DestinationArn: aws.outputs.MatcherArn }),
          selectionCriteria: 'LogGroupName NOT IN ["/app/a","/app/b"]',
        },
      ];
      const byPolicy = (await coverageOf(place, rules, activity, progress)).coverage;
      expect(byPolicy.get('blind')).toEqual({ logGroups: ['/other'], isReached: true });
      expect(byPolicy.get('own')).toEqual({
        logGroups: ['/tocsin/Shop-Tocsin-1A2B/matcher'],
        isReached: true,
      });

      const unknown = { ...place, outputs: {} };
      const refused = await coverageOf(unknown, rules, activity, progress);
      expect(refused.failure).toContain('has no outputs MatcherArn and FilterName');
      expect(refused.coverage.get('blind')).toEqual({ logGroups: [], isReached: null });
      expect(refused.coverage.get('heard')).toEqual({ logGroups: ['/heard'], isReached: true });
    });
  });
});

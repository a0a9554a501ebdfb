import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aliveDoubt, aliveItems, dailyTimeOf } from '../../infra/alive.ts';
import type { Deployment } from '../../infra/deployment.ts';
import { readDocument } from '../../infra/document.ts';
import { OptionError } from '../../infra/option-error.ts';
import { readOptions } from '../../infra/options.ts';
import { createStack, rendered, resourcesOf, unbundledApp } from './synthesized.ts';

const DOCUMENT = `
version: 1
timeZone: Asia/Shanghai
rules: [{ id: errors, match: ERROR }]
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: pager, email: [{ to: [ops@example.com], severities: [critical] }] }
route: { receiver: ops }
`;

let folder: string;
let config: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-alive-'));
  config = join(folder, 'tocsin.yaml');
  writeFileSync(config, DOCUMENT);
});
afterAll(() => rmSync(folder, { recursive: true }));

const optionOf = (context: Record<string, unknown>) => readOptions(unbundledApp(context).node).props.alive;

describe('the daily message that tocsin is alive', () => {
  it('is asked for by a schedule of its own in the zone of the document, also where there is no heartbeat', () => {
    const context = { logGroups: '/app/a', from: 'a@example.com', heartbeatMinutes: '0', config };
    const stack = createStack({ ...context, alive: 'opps', aliveAt: '08:30' });
    const schedules = resourcesOf(stack, 'AWS::Scheduler::Schedule');
    expect(Object.keys(schedules).sort()).toEqual([
      'ClockSchedule',
      'HeartbeatDailySchedule',
      'SubscriberHourlySchedule',
    ]);
    const { Target: target, ...properties } = schedules.HeartbeatDailySchedule?.Properties ?? {};
    expect(properties).toMatchObject({
      ScheduleExpression: 'cron(30 8 * * ? *)',
      ScheduleExpressionTimezone: 'Asia/Shanghai',
    });
    const { Arn, Input } = target as Record<string, unknown>;
    expect(rendered(Arn)).toBe('<HeartbeatHandlerFunction.Arn>');
    expect(JSON.parse(String(Input))).toEqual({ alive: '<aws.scheduler.scheduled-time>' });
    const [warning, ...others] = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
    expect(others).toEqual([]);
    expect(warning?.entry.data).toContain('alive: the document has no receiver "opps"');
  });

  it('is a rule for the receiver that is named', () => {
    const items = aliveItems({ ownPrefix: '/tocsin/Shop/' } as Deployment, { receiver: 'ops' });
    expect(items).toMatchObject([
      { kind: 'rule', body: { receiver: 'ops', severity: 'info', logGroups: ['/tocsin/Shop/heartbeat'] } },
    ]);
  });

  it('comes to nobody where the receiver is missing or takes no such severity', () => {
    const document = readDocument(config);
    expect(aliveDoubt({ receiver: 'ops' }, document)).toBeNull();
    expect(aliveDoubt({ receiver: 'opps' }, document)).toContain('the document has no receiver "opps"');
    expect(aliveDoubt({ receiver: 'pager' }, document)).toContain(
      'receiver "pager" has no channel that takes severity info',
    );
  });

  it('is wanted by context values', () => {
    expect(optionOf({})).toBeUndefined();
    expect(optionOf({ alive: 'ops' })).toEqual({ receiver: 'ops' });
    expect(optionOf({ alive: 'ops', aliveAt: '08:30', aliveTimeZone: 'Europe/Berlin' })).toEqual({
      receiver: 'ops',
      at: '08:30',
      timeZone: 'Europe/Berlin',
    });
    expect(() => optionOf({ aliveAt: '09:00' })).toThrow('"alive" is missing beside "aliveAt"');
  });

  it.each([
    [{ at: '9am' }, 'alive: "9am" is no time of day; expected one like "09:00".'],
    [{ at: '24:00' }, 'alive: "24:00" is no time of day'],
    [{ timeZone: 'Asia/Peking' }, 'alive: "Asia/Peking" is no known time zone'],
  ])('is refused at %j', (time, message) => {
    const read = () => dailyTimeOf({ receiver: 'ops', ...time });
    expect(read).toThrow(OptionError);
    expect(read).toThrow(message);
  });

  it('comes at nine by default', () => {
    expect(dailyTimeOf({ receiver: 'ops' })).toEqual({ hour: 9, minute: 0, timeZone: 'UTC' });
  });
});

import { Token } from 'aws-cdk-lib';
import { expect, it } from 'vitest';
import { OptionError } from '../../infra/option-error.ts';
import { checkProps, type TocsinProps } from '../../infra/props.ts';

const PROPS: TocsinProps = { logGroups: ['/app/*'], from: 'alerts@example.com' };

it('takes what is only known at deployment', () => {
  checkProps({
    ...PROPS,
    alarmEmails: [Token.asString({ Ref: 'Address' })],
    matcherConcurrency: Token.asNumber({ Ref: 'Concurrency' }),
  });
});

it.each<[Record<string, unknown>, string]>([
  [{ logGroups: undefined }, 'logGroups: there is none; expected names of log groups, or globs'],
  [{ logGroups: [] }, 'logGroups: there is none; expected names of log groups, or globs'],
  [{ logGroups: '/app/*' }, 'logGroups: "/app/*" is no list; expected one, in [ ].'],
  [{ logGroups: [undefined] }, 'logGroups: undefined is none; expected a name, a glob or a log group.'],
  [{ alarmEmails: 'ops@example.com' }, 'alarmEmails: "ops@example.com" is no list; expected one, in [ ].'],
  [{ alarmEmails: ['ops'] }, 'alarmEmails: "ops" is no mail address; expected "ops@example.com".'],
  [{ allowedHosts: 'open.feishu.cn' }, 'allowedHosts: "open.feishu.cn" is no list; expected one, in [ ].'],
  [{ matcherConcurrency: 0 }, 'matcherConcurrency: 0 is none; expected a whole number from 1 up.'],
  [{ responderConcurrency: 1.5 }, 'responderConcurrency: 1.5 is none; expected a whole number from 1 up.'],
  [{ config: '' }, 'config: "" is none; expected a file, a folder or a glob.'],
  [{ config: 5 }, 'config: 5 is none; expected a file, a folder or a glob.'],
  [{ alive: 'ops' }, 'alive: it names no receiver; expected one of the document, { receiver: "ops" }.'],
])('%j is refused in one sentence', (wrong, message) => {
  const refused = { name: OptionError.name, message: expect.stringContaining(message) };
  expect(() => checkProps({ ...PROPS, ...wrong })).toThrow(expect.objectContaining(refused));
});

import type { ChannelKind } from '../../../shared/config/model.ts';

/** Whose place the stand-in takes for a request. */
export type HttpProvider = Extract<
  ChannelKind,
  'webhook' | 'dingtalk' | 'wecom' | 'slack' | 'pagerduty' | 'alertmanager'
>;
/** Those of AWS are reached by ports. */
export type Provider = HttpProvider | 'sms' | 'eventbridge';

/** Who would answer at this address. */
export function providerOf({ hostname, pathname }: URL): HttpProvider {
  if (pathname === '/robot/send') return 'dingtalk';
  if (pathname === '/cgi-bin/webhook/send') return 'wecom';
  if (hostname === 'hooks.slack.com') return 'slack';
  if (/^events\.(?:eu\.)?pagerduty\.com$/.test(hostname)) return 'pagerduty';
  return pathname.endsWith('/api/v2/alerts') ? 'alertmanager' : 'webhook';
}

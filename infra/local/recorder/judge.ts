/** Who checks what of a request. */
import type { Judge, RecordedAnswer, RecordedRequest } from './checks.ts';
import { alertmanager, pagerduty, webhook } from './incidents.ts';
import type { HttpProvider } from './provider.ts';
import { dingtalk, slack, wecom } from './robots.ts';

const JUDGES: Record<HttpProvider, Judge> = {
  webhook,
  dingtalk,
  wecom,
  slack,
  pagerduty,
  alertmanager,
};

/** What the provider would answer; `secret` signs what it is sent, null where nothing does. */
export function judgeRequest(
  provider: HttpProvider,
  request: RecordedRequest,
  secret: string | null,
  nowMs: number,
): RecordedAnswer {
  return JUDGES[provider](request, secret, nowMs);
}

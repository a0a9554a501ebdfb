import type { Locale } from '../config/model.ts';

/**
 * The reasons of decisions in Chinese. They are kept in English, the same in the log, the metrics and every message of
 * the terminal; what is not found here stays so.
 */
const ZH: readonly [pattern: RegExp, text: string][] = [
  [/^told firing: (.+)$/, '已通知告警：$1'],
  [/^told resolved: (.+)$/, '已通知恢复：$1'],
  [/^first notification of the group$/, '该组首次通知'],
  [/^new alerts in the group$/, '组内有新告警'],
  [/^alerts resolved$/, '有告警恢复'],
  [/^all alerts resolved$/, '告警全部恢复'],
  [/^repeat interval elapsed$/, '已到重复通知的间隔'],
  [
    /^the repeat interval elapsed, but everything that fires is acknowledged$/,
    '已到重复间隔，但全部告警已被确认',
  ],
  [/^nothing changed and the repeat interval has not passed$/, '没有变化，未到重复通知的间隔'],
  [/^nothing fires and nothing is left to tell$/, '没有告警，也没有待通知的内容'],
  [/^severity changed from (.+)$/, '级别变化：$1'],
  [
    /^(.+) ended: (\d+) alerts? began meanwhile, (\d+) alerts? still firing$/,
    '$1 结束：期间新增 $2 条告警，仍有 $3 条告警中',
  ],
  [/^(.+) ends at (\S+): (\d+) alerts? still firing behind it$/, '$1 将于 $2 结束：其下仍有 $3 条告警中'],
  [/^everything there is to tell is kept quiet: (.+)$/, '待通知的内容都处于安静状态：$1'],
  [/^silence ([0-9A-Za-z-]+ \(.*\))$/, '静默 $1'],
  [/^inhibition (\S+) by (.+)$/, '$2 的抑制（规则 $1）'],
  [/^mute by (.+)$/, '静音时段 $1'],
  [/^quiet time outside (.+)$/, '通知时段 $1 之外的静音'],
  [/^digest: the receiver's limit left no room for (\d+) notifications$/, '汇总：超出接收者限额的 $1 条通知'],
  [/^escalated to (.+): nobody acknowledged within (.+)$/, '已升级到 $1：$2 内无人确认'],
  [/^not escalated to (.+): acknowledged within (.+)$/, '未升级到 $1：$2 内已被确认'],
  [
    /^escalation to (.+) waits: acknowledged until (\S+), (.+) count from then$/,
    '暂不升级到 $1：确认有效至 $2，之后重新计 $3',
  ],
  [
    /^escalation to (.+) waits: the acknowledgement ended, (.+) count anew$/,
    '暂不升级到 $1：确认已失效，重新计 $2',
  ],
  [/^escalated: nobody acknowledged within (.+)$/, '升级通知：$1 内无人确认'],
  [/^muted by time interval (.+)$/, '处于静音时段 $1'],
  [/^muted outside time interval (.+)$/, '不在通知时段 $1 内'],
  [/^silenced by (.+)$/, '被静默 $1'],
  [/^inhibited by (.+), inhibit rule (.+)$/, '被 $1 抑制（抑制规则 $2）'],
  [
    /^folded into a digest: receiver (.+) takes (\d+) notifications in (.+)$/,
    '合并到汇总：接收者 $1 在 $3 内最多接收 $2 条通知',
  ],
  [/^over before it was told; (.+)$/, '通知前已结束；$1'],
  [/^told by other routes since its severity changed$/, '级别变化后由其他路由通知'],
  [/^the rule only records$/, '该规则只记录，不通知'],
  [/^the rule was deleted$/, '规则已删除'],
  [/^the rule was disabled$/, '规则已停用'],
  [/^the rule was edited$/, '规则已修改'],
  [/^an event ended the watch$/, '出现了结束该监视的日志事件'],
  [/^nothing came for so long that it is no longer expected$/, '长时间没有日志，不再等待'],
  [/^log events that came late show that it no longer held$/, '迟到的日志表明条件已不再成立'],
  [/^its endpoint rests$/, '目标端点暂停中'],
  [/^given up after (\d+) h and (\d+) attempts: ([\s\S]+)$/, '$1 小时内尝试 $2 次后放弃：$3'],
  [/^(\S+) answered HTTP (\d+)$/, '$1 返回 HTTP $2'],
  [/^receiver (\S+) has no channel (\S+) any more$/, '接收者 $1 已没有渠道 $2'],
  [/^it was tried too often; the log of its function says why$/, '尝试次数过多，原因见函数日志'],
];

/** The reason of a decision, or of a delivery, in the reader's language. */
export function reasonText(reason: string, locale: Locale): string {
  if (locale === 'en') return reason;
  for (const [pattern, text] of ZH) {
    const found = pattern.exec(reason);
    if (found === null) continue;
    return text.replace(/\$(\d)/g, (_, group: string) => reasonText(found[Number(group)] ?? '', locale));
  }
  return reason;
}

import type { Locale, Severity } from '../config/model.ts';

const EN = {
  critical: 'Critical',
  error: 'Error',
  warning: 'Warning',
  info: 'Info',
  firing: 'Firing',
  resolved: 'Resolved',
  alreadyOver: 'Already over',
  alerts: 'alerts',
  value: 'Value',
  count: 'Count',
  peak: 'Peak',
  condition: 'Condition',
  since: 'Since',
  ended: 'Ended',
  duration: 'Duration',
  endReason: 'Why it ended',
  labels: 'Labels',
  lines: 'Example lines',
  logGroups: 'Log groups',
  openLogs: 'Open in Logs Insights',
  runbook: 'Runbook',
  matches: 'Matches',
  share: 'Share',
  matchedOf: 'Matched / all',
  distinctValues: 'Different values',
  atLeast: 'At least',
  silentFor: 'No match for',
  inARow: 'In a row',
  multiple: 'Multiple',
  samples: 'Numbers read',
  unreadable: 'Not readable',
  nowAndBefore: 'Now / before',
  baseline: 'Baseline',
  deviation: 'Deviation',
  changed: 'Changed',
  threshold: 'Threshold',
  digest: 'Digest',
  from: 'From',
  sent: 'Sent',
  receiver: 'Receiver',
  alreadyOverNote: 'This was already over before anybody could be told. No resolved message will follow.',
  acknowledge: 'Acknowledge',
  silence: 'Silence',
  silenceHour: 'Silence for 1h',
  alertPage: 'Alert page',
  goodNews: 'Good news',
  alive: 'tocsin is alive',
  aliveText:
    'The whole way of an alert works, from a line in a log group to this message. It comes once a day. If it does not come, alerts may not come either: look at the alarms of the deployment.',
  logged: 'Line logged',
} as const;

export type Word = keyof typeof EN;

const ZH: Record<Word, string> = {
  critical: '严重',
  error: '错误',
  warning: '警告',
  info: '提示',
  firing: '告警中',
  resolved: '已恢复',
  alreadyOver: '已结束',
  alerts: '条告警',
  value: '当前值',
  count: '数量',
  peak: '峰值',
  condition: '条件',
  since: '开始时间',
  ended: '结束时间',
  duration: '持续时间',
  endReason: '结束原因',
  labels: '标签',
  lines: '日志示例',
  logGroups: '日志组',
  openLogs: '在 Logs Insights 中查看',
  runbook: '处理手册',
  matches: '匹配数',
  share: '占比',
  matchedOf: '匹配 / 全部',
  distinctValues: '不同取值',
  atLeast: '至少',
  silentFor: '无匹配时长',
  inARow: '连续匹配',
  multiple: '倍数',
  samples: '有效数值',
  unreadable: '无法读取',
  nowAndBefore: '当前 / 之前',
  baseline: '基线',
  deviation: '偏离',
  changed: '变化',
  threshold: '阈值',
  digest: '汇总',
  from: '来源',
  sent: '发送时间',
  receiver: '接收者',
  alreadyOverNote: '发出通知前该告警已经结束，不会再发送恢复消息。',
  acknowledge: '确认',
  silence: '静默',
  silenceHour: '静默 1 小时',
  alertPage: '告警详情',
  goodNews: '报平安',
  alive: 'tocsin 正在值守',
  aliveText:
    '从日志组里的一行日志到这条消息，告警的完整链路工作正常。本消息每天一条；如果哪天没有收到，告警也可能收不到，请检查部署的 CloudWatch 告警。',
  logged: '日志时间',
};

/** A word of the messages in the reader's language. */
export function word(name: Word, locale: Locale): string {
  return locale === 'en' ? EN[name] : ZH[name];
}

/** The severity in the reader's language. */
export function severityWord(severity: Severity, locale: Locale): string {
  return word(severity, locale);
}

/** `3 alerts`, `3 条告警`. */
export function alertCount(count: number, locale: Locale): string {
  return locale === 'en' ? `${count} ${count === 1 ? 'alert' : 'alerts'}` : `${count} 条告警`;
}

/** What stands for alerts that a message has no room for. */
export function andMore(count: number, locale: Locale): string {
  return locale === 'en'
    ? `… and ${alertCount(count, 'en').replace(' ', ' more ')}`
    : `……另有 ${count} 条告警`;
}

/** Who said to be at an alert, and since when; the name is claimed, nobody checked it. */
export function acknowledgedBy(by: string, time: string, locale: Locale): string {
  return locale === 'en' ? `Acknowledged by ${by} (as claimed), ${time}` : `${by}（自称）已确认，${time}`;
}

/** `Severity: Warning → Critical` */
export function severityChangeWords(before: Severity, now: Severity, locale: Locale): string {
  const step = `${severityWord(before, locale)} → ${severityWord(now, locale)}`;
  return locale === 'en' ? `Severity changed: ${step}` : `级别变化：${step}`;
}

/** What a digest stands for; `since`: in words. */
export function foldedWords(notifications: number, since: string, locale: Locale): string {
  if (locale === 'zh-CN') return `已超过接收限额：自 ${since} 起的 ${notifications} 条通知合并为本条汇总。`;
  const many = notifications === 1 ? '1 notification' : `${notifications} notifications`;
  return `The receiver's limit was reached: ${many} since ${since} are folded into this one.`;
}

/** Why this receiver is told in place of another. */
export function insteadOfWords(receiver: string, channel: string, reason: string, locale: Locale): string {
  return locale === 'en'
    ? `Sent here because ${channel} of ${receiver} could not be reached: ${reason}`
    : `因 ${receiver} 的 ${channel} 无法送达而转发到此处：${reason}`;
}

import type { LogSource } from '../alerts/notification.ts';

/**
 * Deep links into CloudWatch Logs Insights. The console writes the query as a tilde-separated tree (the JSURL
 * notation: `~(key~'text~list~(~'a~'b))`), in which every character but letters, digits, `-`, `_` and `.` is `*hh`
 * of its UTF-8 bytes, and puts that tree into the address' fragment percent-encoded twice with `$` for `%`.
 */

/** The console of each AWS partition; a region's own host spares a redirect. */
function consoleHost(region: string): string {
  if (region.startsWith('cn-')) return `${region}.console.amazonaws.cn`;
  if (region.startsWith('us-gov-')) return 'console.amazonaws-us-gov.com';
  return `${region}.console.aws.amazon.com`;
}

const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d+$/;
/** Logs Insights takes 50 groups a query. */
const LOG_GROUPS_MAX = 50;
/** Groups beyond this length, in characters, are left out: readers and browsers cut long addresses. */
const SOURCE_LENGTH_MAX = 1500;
/** So is a filter that makes the query longer than this: a button of Slack takes an address of 3000 characters. */
const QUERY_LENGTH_MAX = 900;

function starred(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  let result = '';
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    result += /[A-Za-z0-9_.-]/.test(char) ? char : `*${byte.toString(16).padStart(2, '0')}`;
  }
  return result;
}

/** Percent-encodes the marks of the tree as well, so that no `(`, `'` or `~` ends a link in somebody's reader. */
function intoFragment(text: string): string {
  const once = text.replace(/[~()'*]/g, (mark) =>
    mark === '*' ? mark : `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return encodeURIComponent(once).replaceAll('%', '$');
}

function sourceList(logGroups: string[]): string {
  let list = '';
  for (const group of logGroups.slice(0, LOG_GROUPS_MAX)) {
    const entry = `~'${starred(group)}`;
    if (list !== '' && list.length + entry.length > SOURCE_LENGTH_MAX) break;
    list += entry;
  }
  return list;
}

function insightsQuery(filter: string | undefined): string {
  const lines = ['fields @timestamp, @logStream, @message'];
  if (filter !== undefined) lines.push(`filter ${filter}`);
  lines.push('sort @timestamp asc', 'limit 1000');
  return lines.join('\n| ');
}

function queryText(filter: string | undefined): string {
  const narrowed = starred(insightsQuery(filter));
  return narrowed.length > QUERY_LENGTH_MAX ? starred(insightsQuery(undefined)) : narrowed;
}

/**
 * The console's address that shows these log groups from `fromMs` to `toMs` (epoch ms), narrowed by the source's
 * filter. null where the source is no CloudWatch log, such as a followed file.
 */
export function insightsLink(source: LogSource, fromMs: number, toMs: number): string | null {
  if (source.account === '000000000000' || !REGION.test(source.region)) return null;
  if (source.logGroups.length === 0) return null;
  const detail = [
    `~(end~'${starred(new Date(toMs).toISOString())}`,
    `~start~'${starred(new Date(fromMs).toISOString())}`,
    "~timeType~'ABSOLUTE~tz~'UTC",
    `~editorString~'${queryText(source.filter)}`,
    `~source~(${sourceList(source.logGroups)}))`,
  ].join('');
  const fragment = `logsV2:logs-insights${intoFragment('?queryDetail=')}${intoFragment(detail)}`;
  return `https://${consoleHost(source.region)}/cloudwatch/home?region=${source.region}#${fragment}`;
}

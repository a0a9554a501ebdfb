/**
 * The level of a log line (contract §1.1). In JSON it stands under a known key. In a plain line it is a token near
 * the start, and what counts as one depends on how it is written: capitals stand between any delimiters
 * (`12:00 ERROR foo`), small letters need brackets, a colon or a tab (`[error]`, `error:`), so that neither
 * `GET /error/1` nor "an error while" has a level.
 */
import { LEVELS, type Level } from '../config/model.ts';

export const WORDS: Record<Level, readonly string[]> = {
  TRACE: ['trace', 'trce', 'trc', 'finest', 'finer', 'silly'],
  DEBUG: ['debug', 'dbug', 'dbg', 'debu', 'fine', 'verbose', 'config'],
  INFO: ['info', 'inf', 'information', 'informational', 'notice', 'note', 'log', 'success'],
  WARN: ['warn', 'warning', 'wrn'],
  ERROR: ['error', 'erro', 'eror', 'err', 'severe', 'fail'],
  FATAL: [
    'fatal',
    'fata',
    'critical',
    'crit',
    'panic',
    'pani',
    'dpanic',
    'alert',
    'emerg',
    'emergency',
    'ftl',
    'crt',
    'pnc',
  ],
};

const LEVEL_OF = new Map(LEVELS.flatMap((level) => WORDS[level].map((word) => [word, level] as const)));
/** Syslog severities 0–7, RFC 5424 §6.2.1; also what GELF writes as `level`. */
const SYSLOG: readonly Level[] = ['FATAL', 'FATAL', 'FATAL', 'ERROR', 'WARN', 'INFO', 'INFO', 'DEBUG'];
export const KLOG: Record<string, Level> = { I: 'INFO', W: 'WARN', E: 'ERROR', F: 'FATAL' };
const KEYS = [
  'level',
  'severity',
  'lvl',
  'log.level',
  'levelname',
  'loglevel',
  'severity_text',
  'severityText',
];

/** A token is looked for in this many characters at the start of a line. */
const NEAR_START = 200;
/** `level=error` is looked for in this many. */
export const NEAR_START_LOGFMT = 1000;

/** Whether `level` is at or above `least`. */
export function isAtLeast(level: Level, least: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(least);
}

/** The level that a word names, in any case (`Warning`, `SEVERE`); null for any other word. */
export function levelOfWord(word: string): Level | null {
  return LEVEL_OF.get(word.toLowerCase()) ?? null;
}

/**
 * The level of a message; `json` is the message parsed, undefined where it is no JSON object. Null: it has none.
 */
export function detectLevel(text: string, json: unknown): Level | null {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) {
    return levelOfJson(json as Record<string, unknown>);
  }
  return isFramedAsObject(text) ? null : levelOfLine(text);
}

/** What looks like a JSON object as a whole is one, or broken: it is not read as a plain line. */
export function isFramedAsObject(text: string): boolean {
  return text.startsWith('{"') && text.endsWith('}');
}

/** As `levelOfWord`, for words of plain lines: error, ERROR and Error, but not eRRor. */
function levelOfToken(word: string): Level | null {
  const isCased = word === word.toUpperCase() || word.slice(1) === word.slice(1).toLowerCase();
  return isCased ? levelOfWord(word) : null;
}

function levelOfJson(object: Record<string, unknown>): Level | null {
  for (const key of KEYS) {
    const level = Object.hasOwn(object, key) ? levelOfValue(object[key]) : null;
    if (level) return level;
  }
  const nested = Object.hasOwn(object, 'log') ? object.log : null;
  if (typeof nested === 'object' && nested !== null && Object.hasOwn(nested, 'level')) {
    return levelOfValue((nested as Record<string, unknown>).level);
  }
  return levelOfPlatformEvent(object);
}

function levelOfValue(value: unknown): Level | null {
  if (typeof value === 'number') return levelOfNumber(value);
  if (typeof value !== 'string' || value.length > 40) return null;
  const word = value.trim();
  if (/^(?:\d|[1-9]\d{1,2})$/.test(word)) return levelOfNumber(Number(word));
  // slog writes levels between the named ones as ERROR+2.
  return levelOfWord(word.replace(/[+-]\d+$/, ''));
}

/** pino's and bunyan's numbers (10 trace … 60 fatal), below them syslog's. */
export function levelOfNumber(value: number): Level | null {
  if (!Number.isInteger(value) || value < 0 || Object.is(value, -0)) return null;
  if (value < SYSLOG.length) return SYSLOG[value] ?? null;
  if (value < 10) return null;
  return LEVELS[Math.min(Math.floor(value / 10), LEVELS.length) - 1] ?? null;
}

/** AWS Lambda's system log in JSON: `{"type":"platform.report","record":{"status":"timeout"}}`. */
function levelOfPlatformEvent(object: Record<string, unknown>): Level | null {
  const { type, record } = object;
  if (typeof type !== 'string' || !type.startsWith('platform.')) return null;
  const status =
    typeof record === 'object' && record !== null ? (record as Record<string, unknown>).status : null;
  return status === 'error' || status === 'failure' || status === 'timeout' ? 'ERROR' : 'INFO';
}

const KLOG_LINE = /^([IWEF])\d{4} \d\d:\d\d:\d\d/;
const SYSLOG_PRIORITY = /^<(\d{1,3})>/;
const LAMBDA_PLATFORM =
  /^(?:START|END|REPORT|INIT_START|INIT_REPORT|EXTENSION|TELEMETRY|LOGS)\b.*?\b(?:RequestId|Runtime Version|Name|Init Duration):/;
const LAMBDA_FAILURE = /\bStatus: (?:error|timeout|failure)\b/;
const LAMBDA_DIED = /^(?:\S+ [0-9a-f-]{36} Task timed out after |RequestId: [0-9a-f-]{36} Error: )/;
const LOGFMT = /(?:^|\s)(?:level|lvl|severity|loglevel|log\.level)="?([A-Za-z]+)/;
/** Monolog, as Laravel and Symfony write it: `[2026-01-05 00:00:00] production.ERROR: …`. */
const MONOLOG = /^\[[^\]]{1,40}\] [\w-]+\.([A-Z]+): /;
const COLOUR = /\u001b\[[0-9;]*m/g;

function levelOfLine(text: string): Level | null {
  const head = text.length > NEAR_START_LOGFMT ? text.slice(0, NEAR_START_LOGFMT) : text;
  const klog = KLOG_LINE.exec(head)?.[1];
  if (klog) return KLOG[klog] ?? null;
  const priority = SYSLOG_PRIORITY.exec(head)?.[1];
  if (priority && Number(priority) < 192) return SYSLOG[Number(priority) % 8] ?? null;
  if (LAMBDA_PLATFORM.test(head)) return LAMBDA_FAILURE.test(head) ? 'ERROR' : 'INFO';
  if (LAMBDA_DIED.test(head)) return 'ERROR';
  const named = (MONOLOG.exec(head) ?? LOGFMT.exec(head))?.[1];
  const level = named ? levelOfToken(named) : null;
  return level ?? levelNearStart(head.slice(0, NEAR_START));
}

/** The text without the colours that loggers write for terminals. */
export function withoutColour(text: string): string {
  return text.includes('\u001b') ? text.replace(COLOUR, '') : text;
}

/** A word of letters with the character before and after it; what delimits in Chinese text does so too. */
const TOKEN = /(^|[\s[<(|:{*"'【（｜：，-])([A-Za-z]{3,13})(?=([\s\]>)|:,!}[*"'】）｜：，-]|$))/g;
const NARROW: Record<string, string> = {
  '【': '[',
  '】': ']',
  '（': '(',
  '）': ')',
  '｜': '|',
  '：': ':',
  '，': ',',
};
const narrow = (sign: string): string => NARROW[sign] ?? sign;

function levelNearStart(head: string): Level | null {
  const line = withoutColour(head);
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(line); match; match = TOKEN.exec(line)) {
    const [whole, before = '', word = '', after = ''] = match;
    const level = levelOfToken(word);
    const isFirst = match.index + whole.length - word.length === 0;
    if (level && isToken(word, narrow(before), narrow(after), isFirst)) return level;
  }
  return null;
}

/** Words that are levels only when nothing else can be meant. */
const SHY = new Set(['note', 'log', 'fine', 'config', 'success', 'fail', 'alert', 'trace']);

function isToken(word: string, before: string, after: string, isFirst: boolean): boolean {
  if (isEnclosed(before, after)) return true;
  if (/["'{]/.test(before) || /["'}]/.test(after) || after === '-' || (before === '-' && after === ''))
    return false;
  const isPlain = !SHY.has(word.toLowerCase()) || isFirst || before === '\t';
  if (after === ':') return isPlain && before !== ':' && before !== '(';
  if (word === word.toUpperCase()) return isPlain;
  return isFirst && after === '[';
}

/** `[error]`, `[core:error]`, `<error>`, `(error)`, `|error|`, or between tabs. */
function isEnclosed(before: string, after: string): boolean {
  if (before === '[' || before === ':') return after === ']';
  if (before === '<') return after === '>';
  if (before === '(') return after === ')';
  return (before === '|' || before === '\t') && (after === '|' || after === '\t');
}

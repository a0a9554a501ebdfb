/** Messages of syslog: RFC 5424, and what RFC 3164 found in use. */

export interface SyslogMessage {
  message: string;
  /** ms; null: none, or one without a year, which the reader of the line knows as well. */
  timestamp: number | null;
  host: string | null;
  app: string | null;
}

const PRIORITY = /^<(\d{1,3})>/;
const STRUCTURED = String.raw`-|(?:\[(?:[^\]"\\]|\\.|"(?:[^"\\]|\\.)*")*\])+`;
const RFC5424 = new RegExp(String.raw`^1 (\S+) (\S+) (\S+) \S+ \S+ (?:${STRUCTURED})(?: ?([\s\S]*))?$`);
const RFC3164 =
  /^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) (\S+) ([^\s:[]+)(?:\[\d+\])?: ?([\s\S]*)$/;
/** Severities from "error" on: what they say is found in no other place. */
const SEVERITIES = ['FATAL', 'FATAL', 'FATAL', 'ERROR', 'WARN'];

/**
 * Reads a message; what follows neither form is taken as it is. The severity, which stands in a number, goes before the
 * text as a word where it is a warning or worse.
 */
export function readSyslog(line: string): SyslogMessage {
  const text = line.replace(/[\r\n\0]+$/, '').replace(/^\uFEFF/, '');
  const [priority = '', digits] = PRIORITY.exec(text) ?? [];
  const severity = digits === undefined ? undefined : SEVERITIES[Number(digits) % 8];
  const rest = text.slice(priority.length);
  const say = (message: string) => (severity === undefined ? message : `${severity} ${message}`);
  const modern = RFC5424.exec(rest);
  if (modern !== null) {
    const [, time = '-', host = '-', app = '-', message = ''] = modern;
    const at = Date.parse(time);
    return {
      message: say(message.replace(/^\uFEFF/, '')),
      timestamp: Number.isNaN(at) ? null : at,
      host: nameIn(host),
      app: nameIn(app),
    };
  }
  const [, host = null, app = null, message = rest] = RFC3164.exec(rest) ?? [];
  return { message: say(message), timestamp: null, host, app };
}

function nameIn(text: string): string | null {
  return text === '-' ? null : text;
}

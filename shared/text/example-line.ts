import { byteLength, cutBytes } from './plain.ts';

/** What ties lines of several services together; worth more than the words around it. */
const TRACE =
  /\b((?:trace|request|correlation|transaction|span)[-_.]?id)["']?\s{0,3}[:=]\s{0,3}["']?([A-Za-z0-9_-]{6,64})/i;
/** An id in hexadecimal or with hyphens, such as a UUID. */
const TAIL_OF_ID = /[0-9A-Za-z_-]{1,64}$/;

/**
 * At most `maxBytes` UTF-8 bytes of a log line. An id at the cut goes as a whole, and a trace id that the cut would
 * take is set behind the ellipsis: half of one finds nothing.
 */
export function cutLine(text: string, maxBytes: number): string {
  if (byteLength(text) <= maxBytes) return text;
  const trace = TRACE.exec(text);
  const whole = trace === null ? '' : ` ${trace[1]}=${trace[2]}`;
  const plain = withoutHalfId(text, cutBytes(text, maxBytes));
  if (trace === null || plain.includes(trace[0]) || byteLength(whole) + 32 > maxBytes) return plain;
  return withoutHalfId(text, cutBytes(text, maxBytes - byteLength(whole))) + whole;
}

function withoutHalfId(text: string, cut: string): string {
  const kept = cut.slice(0, -1);
  const tail = TAIL_OF_ID.exec(kept)?.[0] ?? '';
  const goesOn = /^[0-9A-Za-z_-]/.test(text.slice(kept.length));
  if (!goesOn || tail.length === kept.length || !/\d/.test(tail)) return cut;
  return `${kept.slice(0, kept.length - tail.length).trimEnd()}…`;
}

/**
 * What makes text from a log harmless to look at, before any medium's own escaping: no control sequences, no marks
 * that reorder or stack over their neighbours, no broken characters.
 */

// CSI and OSC sequences of ECMA-48 (colours, titles, links), then two-character escapes.
// biome-ignore format: one alternative a line
const ESCAPE_SEQUENCES = /\u001b\[[0-?]*[ -/]*[@-~]|\u009b[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufff9-\ufffb]/g;
// Bidirectional controls (UAX #9) can show text in another order than it is read; the rest is invisible.
const INVISIBLE = /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|[\u{e0000}-\u{e007f}]/gu;
const LONE_SURROGATES = /\p{Surrogate}/gu;
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

/** Text without terminal sequences, control and bidirectional characters; line feeds and tabs stay. */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u2028\u2029]/g, '\n')
    .replace(ESCAPE_SEQUENCES, '')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(LONE_SURROGATES, '\ufffd')
    .replace(STACKED_MARKS, '$1');
}

/** Plain text on one line, single spaces between words. */
export function oneLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}

const encoder = new TextEncoder();

/** Length in UTF-8 bytes. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/** At most `maxBytes` UTF-8 bytes of the text, cut between characters, an ellipsis in place of what is missing. */
export function cutBytes(text: string, maxBytes: number): string {
  if (byteLength(text) <= maxBytes) return text;
  const room = Math.max(0, maxBytes - 3);
  const { read } = encoder.encodeInto(text, new Uint8Array(room));
  return `${text.slice(0, read)}…`;
}

import { tallyText } from '../digest.ts';
import type { Message } from '../message.ts';

/** One segment: 160 characters of GSM 03.38's alphabet, or 70 of UCS-2 as soon as one is not among them. */
const GSM_LENGTH_MAX = 160;
const UCS2_LENGTH_MAX = 70;

const GSM_BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
/** These take two places each. */
const GSM_EXTENDED = '^{}\\[~]|€';

/** Places that a text takes of a segment, and how many a segment has (3GPP TS 23.038). */
export function segmentUse(text: string): { used: number; max: number } {
  let used = 0;
  for (const character of text) {
    if (GSM_BASIC.includes(character)) used += 1;
    else if (GSM_EXTENDED.includes(character)) used += 2;
    else return { used: text.length, max: UCS2_LENGTH_MAX };
  }
  return { used, max: GSM_LENGTH_MAX };
}

function fits(text: string): boolean {
  const { used, max } = segmentUse(text);
  return used <= max;
}

/** Phones make links of what looks like an address: dots between words get a space. */
function withoutAddresses(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/:(?=\/\/)/g, ': ')
    .replace(/\.(?=\p{L})/gu, '. ')
    .replace(/@(?=\S)/g, '@ ')
    .trim();
}

/** Punctuation that the words of messages hold and the alphabet of short messages does not. */
function plainMarks(text: string): string {
  return text.replaceAll('·', '-').replaceAll('…', '...').replaceAll('—', '-').replaceAll('→', '->');
}

/** So many characters of the text, an ellipsis in place of the rest. */
function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, Math.max(0, length - 3)).join('')}...`;
}

/**
 * The message in one segment: what, how bad, how much, since when; the labels and then the condition go first where
 * there is no room, the title is cut at last.
 */
export function renderText(message: Message): string {
  const [first] = message.alerts;
  const head = `[${message.severityWord}] ${message.statusWord}${message.locale === 'en' ? ': ' : '：'}`;
  const title = withoutAddresses(message.title);
  const facts =
    message.digest === null
      ? (first?.facts ?? []).map(({ name, text }) => `${name} ${text}`)
      : [tallyText(message.digest)];
  const [value = ''] = facts;
  const notes = message.notes.length > 0 ? [withoutAddresses(message.notes.join(' '))] : [];
  const candidates = [
    [head + title, ...facts.slice(0, 3), ...notes].join('. '),
    [head + title, ...facts.slice(0, 2), ...notes].join('. '),
    [head + title, value, ...notes].join('. '),
    [head + title, value].join('. '),
  ].map(plainMarks);
  const whole = candidates.find(fits);
  if (whole !== undefined) return whole;
  const tail = plainMarks(value === '' ? '' : `. ${value}`);
  for (let length = [...title].length; length > 0; length--) {
    const text = `${plainMarks(head)}${cut(plainMarks(title), length)}${tail}`;
    if (fits(text)) return text;
  }
  return cut(plainMarks(head + title), UCS2_LENGTH_MAX / 2);
}

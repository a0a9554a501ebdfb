import { byteLength } from '../../text/plain.ts';
import type { Message } from '../message.ts';
import { renderCard } from './card.ts';
import { DETAILS, type Detail } from './detail.ts';
import { inBothLanguages } from './languages.ts';
import type { FeishuSettings } from './settings.ts';
import { sign } from './sign.ts';
import { renderText } from './text-form.ts';

/** From the richest form to the one that always passes. */
export const FORMS = ['card', 'plain card', 'text'] as const;
export type Form = (typeof FORMS)[number];

/** The bot guide says 20 KB, the card guide 30 KB; 20,000 bytes is under both in either reading. */
export const BODY_BYTES_MAX = 20_000;
/** A simpler form is smaller as well: the richer one may have been refused for its size. */
const FORM_BYTES_MAX: Record<Form, number> = { card: BODY_BYTES_MAX, 'plain card': 15_000, text: 10_000 };
/** Room for `"timestamp":"…","sign":"…",`. */
const SIGNATURE_BYTES = 100;
const ELEMENTS_MAX = 200;

type Content = { msg_type: 'interactive'; card: unknown } | { msg_type: 'text'; content: { text: string } };

/** Whom this message mentions: by the worst severity that is firing, nobody once it has resolved. */
function mentionsFor(message: Message, settings: Pick<FeishuSettings, 'mention'>): string[] {
  return message.status === 'resolved' ? [] : settings.mention[message.severity];
}

/** A message in the receiver's language, and the same in the other. */
export interface Bilingual {
  message: Message;
  other: Message;
}

function render(
  { message, other }: Bilingual,
  settings: FeishuSettings,
  form: Form,
  detail: Detail,
): Content {
  const { keyword } = settings;
  if (form === 'text') return { msg_type: 'text', content: { text: renderText(message, keyword, detail) } };
  const rich = form === 'card';
  const mentions = rich ? mentionsFor(message, settings) : [];
  const [card, second] = [message, other].map((one) => renderCard(one, { rich, mentions, keyword }, detail));
  return { msg_type: 'interactive', card: inBothLanguages(card, second, message.locale) };
}

/** Elements of a card, nested ones included: everything with a `tag`. */
export function countElements(node: unknown): number {
  if (typeof node !== 'object' || node === null) return 0;
  const own = 'tag' in node ? 1 : 0;
  return Object.values(node).reduce<number>((sum, child) => sum + countElements(child), own);
}

/** The content in one form, shortened until the signed body keeps within the limits of a custom bot. */
export function contentOf(both: Bilingual, settings: FeishuSettings, form: Form): Content {
  let content = render(both, settings, form, DETAILS[0] as Detail);
  for (const detail of DETAILS) {
    content = render(both, settings, form, detail);
    const fits = byteLength(JSON.stringify(content)) + SIGNATURE_BYTES <= FORM_BYTES_MAX[form];
    if (fits && countElements(content) <= ELEMENTS_MAX) return content;
  }
  return content;
}

/** The body to post; `secret` signs it for the hour around `nowMs`. */
export function bodyOf(content: Content, secret: string | null, nowMs: number): string {
  if (secret === null) return JSON.stringify(content);
  const timestampS = Math.floor(nowMs / 1000);
  return JSON.stringify({ timestamp: String(timestampS), sign: sign(timestampS, secret), ...content });
}

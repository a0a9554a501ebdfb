import type { Severity } from '../../config/model.ts';
import { byteLength, cutBytes } from '../../text/plain.ts';
import { disarmLine } from '../disarm.ts';
import type { Message } from '../message.ts';
import { shortened } from '../shorten.ts';
import { escapeSlack, renderBlocks } from './blocks.ts';

/** From the richest form to the one that always passes. */
export const FORMS = ['blocks', 'text'] as const;
export type Form = (typeof FORMS)[number];

const BLOCKS_MAX = 50;
const BODY_BYTES_MAX = 40_000;
const TITLE_BYTES_MAX = 600;
const TEXT_BYTES_MAX = 3000;

const COLOURS: Record<Severity, string> = {
  critical: '#d0021b',
  error: '#e8590c',
  warning: '#f2a900',
  info: '#3370ff',
};
const RESOLVED_COLOUR = '#2e9e5b';

/** Shown in notifications and above the blocks; Slack makes links of addresses in it, so none is left whole. */
function headline(message: Message): string {
  return escapeSlack(cutBytes(disarmLine(message.headline), TITLE_BYTES_MAX));
}

function plainBody(message: Message): object {
  const lines = message.alerts.map(({ severityWord, statusWord, title, condition }) => {
    return disarmLine(`${severityWord} · ${statusWord} · ${title} · ${condition}`);
  });
  const text = escapeSlack(cutBytes(lines.join('\n'), TEXT_BYTES_MAX));
  return { text: `${headline(message)}\n${text}`, unfurl_links: false, unfurl_media: false };
}

/** The body to post in one form, shortened to what a webhook takes. */
export function bodyOf(message: Message, form: Form): string {
  if (form === 'text') return JSON.stringify(plainBody(message));
  const color = message.status === 'resolved' ? RESOLVED_COLOUR : COLOURS[message.severity];
  const { blocks } = shortened(
    (room) => ({ blocks: renderBlocks(message, room) }),
    ({ blocks }) => blocks.length <= BLOCKS_MAX && byteLength(JSON.stringify(blocks)) <= BODY_BYTES_MAX,
  );
  return JSON.stringify({
    text: headline(message),
    attachments: [{ color, blocks, fallback: headline(message) }],
    unfurl_links: false,
    unfurl_media: false,
  });
}

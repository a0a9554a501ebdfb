/**
 * Every character that means something to the markdown of card JSON 2.0, as a numeric entity, so that text from a
 * log can neither mention, link, load an image nor style (Feishu, rich text component, "Special characters").
 */
const MARKS = /[&<>*_~[\]()!#\-+:/\\$"'`|{}@=]/g;

/** A text that Feishu's Markdown shows as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(MARKS, (mark) => `&#${mark.charCodeAt(0)};`).replace(/\n/g, '<br>');
}

/** An address that runs into other than ASCII can have the whole message refused: a space ends it. */
export function endAddresses(text: string): string {
  return text.replace(/(https?:\/\/[\x21-\x7e]+)(?=[^\x00-\x7f])/gi, '$1 ');
}

/** `text` messages know one tag, the mention: a zero-width space after its bracket makes it plain text. */
export function escapeText(text: string): string {
  return endAddresses(text).replace(/<(?=\/?\s*at)/gi, '<\u200b');
}

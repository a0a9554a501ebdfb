/** What people write about themselves and what they do, who may be anybody: on one line, harmless, and not too long. */
import { oneLine } from './plain.ts';

/** Characters. */
export const NAME_LENGTH_MAX = 80;
export const COMMENT_LENGTH_MAX = 500;

export function nameWritten(text: string): string {
  return cut(oneLine(text), NAME_LENGTH_MAX);
}

export function commentWritten(text: string): string {
  return cut(oneLine(text), COMMENT_LENGTH_MAX);
}

function cut(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const characters = [...text];
  return characters.length <= lengthMax ? text : `${characters.slice(0, lengthMax - 1).join('')}…`;
}

import { cutLine } from '../text/example-line.ts';
import type { LineWords } from './alert-words.ts';

/** An example line as plain text: when it was written, the fields that the rule shows, and so many bytes of it. */
export function lineText({ at, text, shown }: LineWords, bytesMax: number): string {
  const fields = shown.map((field) => `${field.name}=${field.text}`).join(' ');
  return [at, fields, cutLine(text, bytesMax)].filter((part) => part !== '').join(' ');
}

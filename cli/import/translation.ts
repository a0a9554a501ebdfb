/** What every translation is made of: the document so far, and what could not be said in it. */
import type { Body } from '../../shared/config/items.ts';

/** Something of the source that the translation does not hold, or that a person must finish. */
export interface Note {
  /** Where in the source: `receivers[2].slack_configs[0].channel`. */
  path: string;
  message: string;
}

export interface Translation {
  document: Body;
  notes: Note[];
}

export class Notes {
  readonly all: Note[] = [];

  add(path: string, message: string): void {
    this.all.push({ path, message });
  }

  /** Keys that nobody asked for. */
  unknown(path: string, body: Body, known: readonly string[]): void {
    for (const key of Object.keys(body))
      if (!known.includes(key)) this.add(`${path}.${key}`.replace(/^\./, ''), 'is not translated');
  }
}

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list; one value stands for a list of one, nothing for none. */
export function listOf(value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

export function bodiesOf(value: unknown): Body[] {
  return listOf(value).filter(isBody);
}

/** The entries that say something. */
export function present(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

/** `SSH abuse (2)` to `ssh-abuse-2`. */
export function slug(text: string, fallback: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
  return plain === '' ? fallback : plain;
}

/** A reference in the place of a secret, and what a person must put where. */
export function secretFor(notes: Notes, path: string, name: string, key: string): string {
  notes.add(path, `is a secret: put it into the secret tocsin/${name}, under the key ${key}`);
  return `secret:${name}#${key}`;
}

/** What the checks of all providers are made of. */

import type * as z from 'zod';
import { parsedJson } from '../../../shared/json.ts';

export interface RecordedRequest {
  url: URL;
  headers: Readonly<Record<string, string | undefined>>;
  body: string;
}

export interface RecordedAnswer {
  status: number;
  body: string;
  /** Why it was not taken; null: it was. */
  refused: string | null;
}

/** `secret` signs what the provider is sent, null where nothing does. */
export type Judge = (request: RecordedRequest, secret: string | null, nowMs: number) => RecordedAnswer;

/** The body as the schema has it, or what is wrong with it. */
export function parsed<Shape>(
  schema: z.ZodType<Shape>,
  body: string,
): { value: Shape } | { refused: string } {
  const json = parsedJson(body);
  if (json === undefined) return { refused: 'the body is no JSON' };
  const result = schema.safeParse(json);
  if (result.success) return { value: result.data };
  const [issue] = result.error.issues;
  return { refused: `${issue?.path.join('.')}: ${issue?.message}` };
}

export function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

export function taken(status: number, body: string): RecordedAnswer {
  return { status, body, refused: null };
}

export function refusal(status: number, body: string, refused: string): RecordedAnswer {
  return { status, body, refused };
}

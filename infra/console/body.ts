import type { IncomingMessage } from 'node:http';
import type { ZodType } from 'zod';
import { wholeBody } from '../http/body.ts';
import { Refusal } from './refusal.ts';

/** A JSON body of at most so many bytes. @throws Refusal */
export async function readJson(request: IncomingMessage, bytesMax: number): Promise<unknown> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new Refusal(415, 'A body of the type application/json was expected.');
  const tooLarge = new Refusal(
    413,
    `The body is too large: at most ${bytesMax} bytes were expected.`,
    `内容过大：最多 ${bytesMax} 字节。`,
  );
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge;
  const body = await wholeBody(request, bytesMax);
  if (body === null) throw tooLarge;
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'The body is no JSON.');
  }
}

/** The body in the shape that is expected. @throws Refusal */
export function parsed<Shape>(schema: ZodType<Shape>, body: unknown): Shape {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The body' : issue.path.join('.');
  throw new Refusal(400, `${where}: ${issue?.message ?? 'is not what was expected'}.`);
}

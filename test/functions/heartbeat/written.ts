import { vi } from 'vitest';
import { handler } from '../../../functions/heartbeat/handler.ts';

/** The lines that the function writes to standard output; what it says by the console, Lambda puts a prefix before. */
export async function writtenBy(event?: unknown): Promise<string[]> {
  const texts: string[] = [];
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => texts.push(String(text)) > 0);
  try {
    await handler(event);
  } finally {
    write.mockRestore();
  }
  return texts.join('').trimEnd().split('\n');
}

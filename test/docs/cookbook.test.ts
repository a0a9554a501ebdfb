import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tocsin } from '../cli/tocsin.ts';

const COOKBOOK = readFileSync(fileURLToPath(new URL('../../docs/cookbook.md', import.meta.url)), 'utf8');

/** Each section's document. */
const documents = COOKBOOK.split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.slice(0, section.indexOf('\n')),
    yaml: /```yaml\n([\s\S]*?)```/.exec(section)?.[1] ?? '',
  }));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-cookbook-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the cookbook', () => {
  it.each(documents)('holds what it says: $title', async ({ yaml }) => {
    writeFileSync(join(folder, 'tocsin.yaml'), yaml);
    const { code, out, err } = await tocsin(folder, ['test', 'tocsin.yaml']);
    expect({ code, said: `${out}${err}` }).toMatchObject({ code: 0 });
    expect(out).toMatch(/^\d+ passed$/m);
  });
});

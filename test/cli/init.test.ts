import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tocsin } from './tocsin.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('tocsin init', () => {
  it.each(['en', 'zh-CN'])('writes a document (%s) that passes check and its own tests', async (locale) => {
    expect(await tocsin(folder, ['init', '--locale', locale])).toMatchObject({ code: 0, err: '' });
    const checked = await tocsin(folder, ['check', 'tocsin.yaml']);
    expect(checked).toMatchObject({ code: 0, out: 'fine: 2 rules in 1 file\n' });
    const tested = await tocsin(folder, ['test', 'tocsin.yaml']);
    expect(tested.out).toContain('2 passed\n');
    expect(tested.code).toBe(0);
  });

  it("takes the terminal's language, and overwrites only by force", async () => {
    await tocsin(folder, ['init', 'a.yaml'], { env: { LANG: 'zh_CN.UTF-8' } });
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toContain('# 路由可以按它匹配');
    expect(await tocsin(folder, ['init', 'a.yaml'])).toMatchObject({ code: 1, out: '' });
    expect(await tocsin(folder, ['init', 'a.yaml', '--force'])).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'a.yaml'), 'utf8')).toContain('# routes can ask for it');
    expect((await tocsin(folder, ['init', '-'])).out).toBe(readFileSync(join(folder, 'a.yaml'), 'utf8'));
    expect(await tocsin(folder, ['init', 'no/such/a.yaml'])).toMatchObject({ code: 2 });
    expect(await tocsin(folder, ['init', '--locale', 'fr'])).toMatchObject({ code: 2 });
  });
});

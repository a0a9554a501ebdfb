import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DocumentWatch } from '../../cli/local/watch.ts';

let folder: string;
const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-watch-'));
  mkdirSync(join(folder, 'conf'));
  write('conf/a.yaml', 'version: 1');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('watching the document', () => {
  it.each(['conf/a.yaml', 'conf', 'conf/*.yaml'])('%s: sees what was saved, once', (file) => {
    const watch = new DocumentWatch(file, folder);
    expect(watch.changed()).toBe(false);
    write('conf/a.yaml', 'version: 1\nrules: []');
    expect([watch.changed(), watch.changed()]).toEqual([true, false]);
  });

  it.each(['conf', 'conf/*.yaml'])('%s: sees files that come and go', (file) => {
    const watch = new DocumentWatch(file, folder);
    write('conf/b.yaml', 'rules: []');
    expect(watch.changed()).toBe(true);
    rmSync(join(folder, 'conf/b.yaml'));
    expect(watch.changed()).toBe(true);
  });

  it('takes a document that is gone for a moment as unchanged', () => {
    const watch = new DocumentWatch('conf/a.yaml', folder);
    rmSync(join(folder, 'conf/a.yaml'));
    expect(watch.changed()).toBe(false);
    write('conf/a.yaml', 'version: 1');
    expect(watch.changed()).toBe(false);
    write('conf/a.yaml', 'version: 1 # new');
    expect(watch.changed()).toBe(true);
  });
});

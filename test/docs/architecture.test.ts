import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/commands.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEXT = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

describe('the walk through the code', () => {
  it('names files and folders that are there', () => {
    const named = [...TEXT.matchAll(/`((?:cli|functions|infra|shared|test)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names every room of infra/', () => {
    const rooms = readdirSync(join(ROOT, 'infra'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `infra/${name}`);
    expect(rooms.filter((room) => !TEXT.includes(room))).toEqual([]);
  });

  it('is right about commands: each is a file of its own name', () => {
    const files = new Set(readdirSync(join(ROOT, 'cli')));
    expect(Object.keys(COMMANDS).filter((verb) => !files.has(`${verb}.ts`))).toEqual([]);
  });
});

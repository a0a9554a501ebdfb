import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../cli/commands.ts';
import { loadText } from '../config/documents.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEXT = readFileSync(join(ROOT, 'docs/contract.md'), 'utf8');
const SECTIONS = new Set([...TEXT.matchAll(/^#+ (\d(?:\.\d)?)\.? /gm)].map(([, section]) => section));

interface Citation {
  file: string;
  section: string | undefined;
  title: string | undefined;
}

function citationsIn(file: string): Citation[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/contract (?:\* )?§(\d(?:\.\d)?)(?:,\s+(?:\* )?"([^"]+)")?/gi)].map(
    ([, section, title]) => ({ file, section, title }),
  );
}

function blocksOf(language: string): string[] {
  return [...TEXT.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );
}

describe('the contract', () => {
  it('has every section and paragraph that the code cites', () => {
    const citations = ['shared', 'functions', 'infra', 'cli'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) => citationsIn(join(folder, name))),
    );
    expect(citations.length).toBeGreaterThan(30);
    const isThere = ({ section = '', title }: Citation) =>
      SECTIONS.has(section) &&
      (title === undefined || TEXT.includes(`**${title}.**`) || TEXT.includes(`**${title}**`));
    expect(citations.filter((citation) => !isThere(citation))).toEqual([]);
  });

  it('begins with a document that is sound', () => {
    expect(loadText(blocksOf('yaml')[0] ?? '').problems).toEqual([]);
  });

  it('shows records of a backtest as they are read back', () => {
    const lines = blocksOf('json').flatMap((block) => block.trim().split('\n'));
    expect(lines.map((line) => JSON.parse(line).type)).toEqual(['notification', 'summary']);
  });

  it('names every command', () => {
    const [, table = ''] = /^## 2\. The command line$([\s\S]*?)^## /m.exec(TEXT) ?? [];
    const named = new Set(table.match(/[a-z]+/g));
    expect(Object.keys(COMMANDS).filter((verb) => !named.has(verb))).toEqual(['completion']);
  });
});

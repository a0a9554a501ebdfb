import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Rooms of the domain in the order of the data: each may import those before it, and itself. */
const ORDER = [
  'config',
  'logs',
  'templates',
  'match',
  'count',
  'conditions',
  'alerts',
  'routing',
  'deliveries',
  'channels',
];
/** Rooms beside that order, and what of `shared/` they may import. */
const BESIDE: Record<string, string[]> = {
  text: ['config', 'alerts'],
  snapshot: ['config', 'alerts'],
  applied: ['config', 'alerts', 'snapshot'],
  subscriptions: ['match'],
  links: ['alerts'],
  net: [],
  memory: [],
  aws: [],
};
/** Single files that any room may import. */
const COMMON = [
  'ports.ts',
  'happenings.ts',
  'due.ts',
  'revision.ts',
  'concurrency.ts',
  'error-code.ts',
  'json.ts',
  'stored.ts',
];
/** What every room may use of a room that stands later in the order: types of what flows, and words. */
const SHARED_WORDS = ['text'];

interface Import {
  from: string;
  to: string;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, to = '']) => ({
    from: file,
    to: to.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), to)) : to,
  }));
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

const shared = sourceFiles('shared');
const everything = [...shared, ...['functions', 'infra', 'cli'].flatMap(sourceFiles)];

describe('the arrows between rooms', () => {
  it('point one way inside shared/', () => {
    const allowed = (from: string, to: string) => {
      if (from === to || COMMON.includes(to) || SHARED_WORDS.includes(to)) return true;
      if (from in BESIDE) return BESIDE[from]?.includes(to) ?? false;
      return ORDER.indexOf(to) !== -1 && ORDER.indexOf(to) < ORDER.indexOf(from);
    };
    const wrong = shared
      .filter((file) => !COMMON.includes(roomOf(file)))
      .flatMap(importsOf)
      .filter(({ to }) => to.startsWith('shared/'))
      .filter(({ from, to }) => !allowed(roomOf(from), roomOf(to)));
    expect(wrong).toEqual([]);
  });

  it('never lead from the domain to functions, infra or the command line', () => {
    const outside = shared.flatMap(importsOf).filter(({ to }) => /^(functions|infra|cli|test)\//.test(to));
    expect(outside).toEqual([]);
  });

  it('never lead from functions to infra or the command line', () => {
    const outside = sourceFiles('functions')
      .flatMap(importsOf)
      .filter(({ to }) => /^(infra|cli|test)\//.test(to));
    expect(outside).toEqual([]);
  });
});

describe('the arrows between the rooms of infra/', () => {
  /** Each may import those before it; what stands in `infra/` itself is the construct, which knows all but `local`. */
  const ROOMS = ['operations', 'http', 'virtual', 'dead-letters', 'console', 'local'];
  const room = (path: string) => /^infra\/([^/]+)\//.exec(path)?.[1];

  it('point one way', () => {
    const wrong = sourceFiles('infra')
      .flatMap(importsOf)
      .filter(({ from, to }) => {
        const [own, other] = [room(from), room(to)];
        if (other === undefined || own === other) return false;
        return own === undefined ? other === 'local' : ROOMS.indexOf(other) > ROOMS.indexOf(own);
      });
    expect(wrong).toEqual([]);
    expect(ROOMS).toEqual(expect.arrayContaining(sourceFiles('infra').flatMap((file) => room(file) ?? [])));
  });

  it('lead to the command line only where a deployment runs the tests of its document', () => {
    const outside = sourceFiles('infra')
      .flatMap(importsOf)
      .filter(({ to }) => /^(cli|test)\//.test(to));
    expect(new Set(outside.map(({ from }) => from))).toEqual(new Set(['infra/document-tests.ts']));
  });
});

describe('the domain', () => {
  it('imports no AWS SDK outside shared/aws', () => {
    const sdk = shared
      .flatMap(importsOf)
      .filter(({ from, to }) => to.startsWith('@aws-sdk/') && roomOf(from) !== 'aws');
    expect(sdk).toEqual([]);
  });

  it('takes time and chance as arguments', () => {
    const impure = shared.filter((file) =>
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(/.test(readFileSync(join(ROOT, file), 'utf8')),
    );
    expect(impure).toEqual([]);
  });
});

describe('every file', () => {
  it('is one room: at most 400 lines', () => {
    const long = everything.filter((file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 400);
    expect(long).toEqual([]);
  });

  it('has a name that says what is in it', () => {
    expect(everything.filter((file) => /\/(utils?|helpers?|common|index|misc)\.ts$/.test(file))).toEqual([]);
  });
});

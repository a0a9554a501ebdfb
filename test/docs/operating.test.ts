import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyConfiguration } from '../../shared/config/items.ts';
import { tocsin } from '../cli/tocsin.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../support/stack.ts';

const SESSION = readFileSync(fileURLToPath(new URL('../../docs/operating.md', import.meta.url)), 'utf8');

/** A command and what it prints, or something that happens meanwhile. */
interface Step {
  /** `$ tocsin …`, or `# what happens`. */
  line: string;
  printed: string[];
}

function stepsOf(text: string): Step[] {
  const lines = [...text.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block = '']) =>
    block.trimEnd().split('\n'),
  );
  const steps: Step[] = [];
  for (const line of lines) {
    if (/^[$#] /.test(line)) steps.push({ line, printed: [] });
    else steps.at(-1)?.printed.push(line);
  }
  return steps;
}

/** The words of a command line as a shell parts them. */
function wordsOf(line: string, variables: Record<string, string>): string[] {
  const words = line.match(/'[^']*'|\S+/g) ?? [];
  return words.map((word) =>
    word.replace(/^'(.*)'$/, '$1').replace(/^\$(\w+)$/, (_, name) => variables[name] ?? ''),
  );
}

/** `…` is anything; on a line of its own, any lines or none. */
function pattern(printed: readonly string[]): RegExp {
  const lines = printed.map((line) =>
    line === '…' ? '(?:.*\\n)*' : `${line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.*')}\\n`,
  );
  return new RegExp(`^${lines.join('')}$`);
}

let folder: string;
let stack: TestStack;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-session-'));
  const line = (second: number, level: string) => {
    const time = new Date(Date.UTC(2026, 10, 20, 2) + second * 1000).toISOString();
    return `${JSON.stringify({ time, level, service: 'orders' })}\n`;
  };
  const seconds = Array.from({ length: 60 }, (_, index) => 6 + index * 10);
  const lines = seconds.map((second) => line(second, second < 120 ? 'error' : 'info'));
  writeFileSync(join(folder, 'orders.log'), lines.join(''));
  stack = await startTestStack('version: 1\nrules: []\n');
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const errors = (service: string) =>
  Array.from({ length: 12 }, (_, n) => JSON.stringify({ level: 'error', service, n }));

/** The command line goes by the real time: the stack's time must not lie behind it. */
async function live(): Promise<void> {
  stack.clock.advanceTo(Date.now() + MINUTE);
  await stack.advance(30 * SECOND);
}

const MEANWHILE: Record<string, () => Promise<unknown>> = {
  '# orders logs twelve errors': async () => {
    await live();
    await stack.knowBots(await stack.configuration());
    await stack.log(errors('orders'), '/app/orders');
    await stack.advance(MINUTE);
  },
  '# somebody sets the threshold to 20 in the table': () =>
    stack.config.update({ pk: 'rule', sk: 'service-errors' }, { set: { when: { count: 20, within: '5m' } } }),
  '# the Feishu bot is removed, and pay logs twelve errors': async () => {
    await live();
    await stack.knowBots(emptyConfiguration());
    await stack.log(errors('pay'), '/app/pay');
    await stack.advance(10 * MINUTE);
  },
  '# the Feishu bot is back': async () => await stack.knowBots(await stack.configuration()),
};

describe('the operating session in the documentation', () => {
  it.each(stepsOf(SESSION))('$line', async ({ line, printed }) => {
    if (line.startsWith('#')) {
      expect(Object.keys(MEANWHILE)).toContain(line);
      await MEANWHILE[line]?.();
      return;
    }
    const [, name, ...argv] = wordsOf(line, { TOCSIN: stack.urls.console });
    expect(name).toBe('tocsin');
    const { out, err } = await tocsin(folder, argv);
    expect(`${out}${err}`).toMatch(pattern(printed));
    if (argv.includes('redrive')) await stack.advance(MINUTE);
  });
});

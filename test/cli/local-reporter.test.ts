import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { createReporter } from '../../cli/local/reporter.ts';
import { Lost } from '../../infra/local/lost.ts';

it('promises another attempt for what is tried again, and for nothing else', () => {
  const said: string[] = [];
  const reporter = createReporter(false, {
    stdout: () => undefined,
    stderr: (text) => void said.push(text),
    stdin: Readable.from([]),
    env: {},
    cwd: '.',
    isTerminal: false,
  });
  reporter.failed(new Error('The queue is full.'));
  reporter.failed(new Lost('A line is no entry of the journal.'));
  reporter.finish(false, true, true);
  expect(said).toEqual([
    'tocsin: failed, and will be tried again: The queue is full.\n',
    'tocsin: A line is no entry of the journal.\n',
  ]);
});

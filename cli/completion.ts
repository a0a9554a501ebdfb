import { parseArgs } from 'node:util';
import { bashScript, fishScript, type Words, wordsOf, zshScript } from './completion/scripts.ts';
import type { Command, Commands, Io } from './terminal/io.ts';
import { UsageError } from './terminal/usage-error.ts';

const USAGE = `tocsin completion bash|zsh|fish

Prints a script that makes the shell complete commands, their options and files.

Exit code: 0 printed, 2 wrong usage.

Examples:
  tocsin completion bash > /etc/bash_completion.d/tocsin
  source <(tocsin completion bash)                          # this session only
  tocsin completion zsh > "\${fpath[1]}/_tocsin"
  tocsin completion fish > ~/.config/fish/completions/tocsin.fish
`;

const SHELLS: Record<string, (words: readonly Words[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

async function run(all: Commands, argv: string[], io: Io): Promise<number> {
  const { positionals } = parseArgs({ args: argv, allowPositionals: true, options: {} });
  const [shell = '', ...others] = positionals;
  const script = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  if (script === undefined || others.length > 0)
    throw new UsageError(`completion takes one of ${Object.keys(SHELLS).join(', ')}.`);
  const commands = await Promise.all(Object.values(all).map(async (load) => (await load()).command));
  await io.stdout(script(commands.map(wordsOf)));
  return 0;
}

/** The command that completes all of them, itself included. */
export function completionOf(all: Commands): Command {
  return {
    name: 'completion',
    summary: 'print a completion script for the shell',
    usage: USAGE,
    run: (argv, io) => run(all, argv, io),
  };
}

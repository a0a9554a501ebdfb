/** Completion scripts; what there is to complete is read from the usage that people read. */
import type { Command } from '../terminal/io.ts';

/** What follows a command. */
export interface Words {
  name: string;
  summary: string;
  options: string[];
  /** Words that may come first: `history`, `rollback`. */
  verbs: string[];
}

/** What can be written behind a command, as its usage has it. */
export function wordsOf({ name, summary, usage }: Command): Words {
  const found = usage.match(/(?<![\w-])--[a-z][a-z-]+/g) ?? [];
  const options = [...new Set([...found, '--help'])].sort();
  const synopses = usage.split('\n').filter((line) => line.startsWith(`tocsin ${name} `));
  const firsts = synopses.flatMap((line) => line.split(' ')[2]?.split('|') ?? []);
  return { name, summary, options, verbs: [...new Set(firsts)].filter((word) => /^[a-z]+$/.test(word)) };
}

export function bashScript(words: readonly Words[]): string {
  const cases = words.map(
    ({ name, options, verbs }) => `    ${name}) options='${options.join(' ')}' verbs='${verbs.join(' ')}' ;;`,
  );
  return `# bash completion of tocsin
_tocsin() {
  local word="\${COMP_WORDS[COMP_CWORD]}" options='' verbs=''
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W '${words.map(({ name }) => name).join(' ')} --help' -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  if [[ "$word" == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
  elif [ "$COMP_CWORD" -eq 2 ] && [ -n "$verbs" ]; then
    COMPREPLY=($(compgen -W "$verbs" -- "$word") $(compgen -f -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _tocsin tocsin
`;
}

export function zshScript(words: readonly Words[]): string {
  const commands = words.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = words.map(
    ({ name, options, verbs }) =>
      `    ${name}) _arguments '1:first:{ _alternative "verbs:verb:(${verbs.join(' ')})" "files:file:_files" }' '*:file:_files' ${options.map((option) => `'${option}'`).join(' ')} ;;`,
  );
  return `#compdef tocsin
_tocsin() {
  local -a commands
  commands=(
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local verb=\${words[2]}
  shift words
  (( CURRENT-- ))
  case $verb in
${cases.join('\n')}
  esac
}
_tocsin "$@"
`;
}

export function fishScript(words: readonly Words[]): string {
  const lines = words.flatMap(({ name, summary, options, verbs }) => [
    `complete -c tocsin -n __fish_use_subcommand -a ${name} -d '${quoted(summary)}'`,
    ...verbs.map((verb) => `complete -c tocsin -n '__fish_seen_subcommand_from ${name}' -a ${verb}`),
    ...options.map(
      (option) => `complete -c tocsin -n '__fish_seen_subcommand_from ${name}' -l ${option.slice(2)}`,
    ),
  ]);
  return `# fish completion of tocsin\n${lines.join('\n')}\n`;
}

/** Summaries are ours; an apostrophe would end the shell's text all the same. */
function quoted(text: string): string {
  return text.replaceAll("'", '’').replaceAll(':', ' -');
}

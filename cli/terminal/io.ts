/** What a command may touch of its surroundings, so that tests can run commands in memory. */
export interface Io {
  /** Writes to standard output as is; resolves once the reader has taken it (backpressure). */
  stdout(text: string): void | Promise<void>;
  stderr(text: string): void;
  stdin: NodeJS.ReadableStream;
  env: Record<string, string | undefined>;
  /** Absolute path that relative arguments are resolved against. */
  cwd: string;
  /** Standard output is a terminal: colour and progress are welcome. */
  isTerminal: boolean;
}

/** One verb of the command line. */
export interface Command {
  name: string;
  /** One line for the list of commands. */
  summary: string;
  /** The text that `--help` prints. */
  usage: string;
  /** `argv` without the verb. Resolves to the exit code: 0 fine, 1 the answer is no, 2 wrong usage, 3 the environment failed. */
  run(argv: string[], io: Io): Promise<number>;
}

/** By name; each is loaded only when it is used. */
export type Commands = Record<string, () => Promise<{ command: Command }>>;

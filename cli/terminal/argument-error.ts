import { nearest } from '../../shared/config/nearest.ts';

/** Whether Node's `parseArgs` refused a command line. */
export function isArgumentError(error: unknown): boolean {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

/** Its message as one sentence. `options`: those that the command has. */
export function argumentSentence(message: string, options: readonly string[]): string {
  const [, option = ''] = /'(?:-\w, )?(--?[^'\s]+)/.exec(message) ?? [];
  if (message.startsWith('Unknown option')) {
    const near = nearest(option, options);
    return `there is no option ${option}${near === null ? '.' : `, is ${near} meant?`}`;
  }
  if (/argument missing|is ambiguous/.test(message)) return `${option} needs a value.`;
  if (message.includes('does not take an argument')) return `${option} takes no value.`;
  return message;
}

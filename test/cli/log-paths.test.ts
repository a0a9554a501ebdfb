import { describe, expect, it } from 'vitest';
import { parseLocalOptions } from '../../cli/local/options.ts';

const read = (...argv: string[]) => {
  const { file, logs } = parseLocalOptions(argv, '/w');
  return { file, logs: logs.map(({ path }) => path) };
};

describe('--logs PATH…', () => {
  it('leaves FILE to the command where it stands last, and no other does', () => {
    const expected = { file: '/w/rules.yaml', logs: ['/w/a.log', '/w/b.log'] };
    expect(read('--logs', 'a.log', 'b.log', 'rules.yaml')).toEqual(expected);
    expect(read('rules.yaml', '--logs', 'a.log', 'b.log')).toEqual(expected);
    expect(read('--logs', 'a.log', 'b.log', '--once', 'rules.yaml')).toEqual(expected);
  });

  it('takes whatever is called a document where FILE is named, or a log group is', () => {
    expect(read('rules.yaml', '--logs', 'out.yaml').logs).toEqual(['/w/out.yaml']);
    expect(read('--logs', '/app/x=out.yaml')).toEqual({ file: null, logs: ['/w/out.yaml'] });
  });

  it('refuses a FILE without a name', () => {
    expect(() => read('', '--logs', 'a.log')).toThrow('The name of FILE is empty.');
  });
});

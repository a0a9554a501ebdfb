import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../cli/main.ts';
import { channelSchemas } from '../../shared/channels/registry.ts';
import { documentJsonSchema } from '../../shared/config/schema/json-schema.ts';

let cwd = '';

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'tocsin-check-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

async function check(argv: string[], env: Record<string, string> = {}) {
  let out = '';
  let err = '';
  const stdout = (text: string) => {
    out += text;
  };
  const stderr = (text: string) => {
    err += text;
  };
  const code = await main(['check', ...argv], {
    stdout,
    stderr,
    stdin: new PassThrough(),
    env,
    cwd,
    isTerminal: false,
  });
  return { code, out, err };
}

const RULES = 'version: 1\nrules: [{ id: a, action: record, maxGroups: ${N} }]\n';

describe('tocsin check', () => {
  it('says that a document is fine', async () => {
    write('a.yaml', RULES);
    expect(await check(['a.yaml'], { N: '5' })).toEqual({
      code: 0,
      out: 'fine: 1 rule in 1 file\n',
      err: '',
    });
  });

  it('lets warnings pass', async () => {
    write('a.yaml', 'version: 1\nrules: [{ id: a, action: record, match: "Failed password" }]\n');
    const { code, out } = await check(['a.yaml']);
    expect(code).toBe(0);
    expect(out).toContain(`a.yaml:2:41: rules[0].match: warning: `);
    expect(out).toContain(`match: '"Failed password"'`);
    expect(out).toContain('fine: 1 rule in 1 file, 1 warning\n');
  });

  it('names every problem with its place', async () => {
    write('a.yaml', RULES);
    expect(await check(['a.yaml', '--set', 'N=none'])).toEqual({
      code: 1,
      out: 'a.yaml:2:45: rules[0].maxGroups: is a text, expected a whole number from 1 to 1000000\n1 error, 0 warnings\n',
      err: '',
    });
  });

  it('fills variables from --set before the environment', async () => {
    write('a.yaml', RULES);
    expect((await check(['--set', 'N=7', 'a.yaml'], { N: 'bad' })).code).toBe(0);
  });

  it('writes one line of JSON for each problem, then a summary', async () => {
    write('a.yaml', 'version: 1\nrules: [{ id: a, acton: record }]\n');
    const { code, out } = await check(['a.yaml', '--json']);
    const lines = out.trimEnd().split('\n');
    expect(code).toBe(1);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        type: 'problem',
        file: 'a.yaml',
        line: 2,
        column: 18,
        path: 'rules[0].acton',
        message: 'unknown key',
        expected: 'action',
        suggestion: 'action',
        severity: 'error',
        code: 'value',
      },
      { type: 'summary', errors: 1, warnings: 0, rules: 1 },
    ]);
  });

  it.each([['conf'], ['conf/**/*.yaml'], ['conf/{a,b}.yaml'], ['conf/?.yaml']])(
    'takes %s for several files',
    async (file) => {
      write('conf/a.yaml', 'version: 1\nrules: [{ id: a, receiver: r }]\n');
      write('conf/b.yaml', 'receivers: [{ name: r }]\n');
      write('conf/.hidden.yaml', 'nonsense: 1\n');
      write('conf/notes.txt', 'no YAML: [\n');
      expect(await check([file])).toEqual({ code: 0, out: 'fine: 1 rule in 2 files\n', err: '' });
    },
  );

  it.each([
    [['no.yaml'], 'There is no file no.yaml.'],
    [['no/*.yaml'], 'No file matches no/*.yaml.'],
    [['.'], 'The folder . holds no .yaml or .yml file.'],
    [[], 'check needs a FILE.'],
    [['a', 'b'], 'check takes one FILE, not also b.'],
    [['a', '--set', 'N'], '--set takes NAME=VALUE, not N.'],
    [['a', '--wrong'], 'there is no option --wrong.\n'],
    [['a', '--jsno'], 'there is no option --jsno, is --json meant?\n'],
    [['a', '--set'], '--set needs a value.\n'],
    [['a', '--set', '--json'], '--set needs a value.\n'],
    [['a', '--json=yes'], '--json takes no value.\n'],
  ])('refuses %j', async (argv, message) => {
    const { code, out, err } = await check(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`tocsin check: ${message}`);
  });

  it('refuses what is no text', async () => {
    writeFileSync(join(cwd, 'a.yaml'), Buffer.from([0xff, 0xfe, 0x00]));
    expect(await check(['a.yaml'])).toEqual({
      code: 2,
      out: '',
      err: 'tocsin check: a.yaml is not UTF-8 text.\n',
    });
  });
});

describe('the JSON Schema for editors', () => {
  const schema = documentJsonSchema(channelSchemas);

  it('is the one that stands in the repository (npm run schema writes it)', () => {
    const written: unknown = JSON.parse(
      readFileSync(new URL('../../tocsin.schema.json', import.meta.url), 'utf8'),
    );
    expect(written).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('knows every part, allows x- keys and no others', () => {
    expect(Object.keys(schema.properties ?? {})).toEqual(
      expect.arrayContaining([
        'version',
        'defaults',
        'rules',
        'receivers',
        'route',
        'inhibitRules',
        'timeIntervals',
        'tests',
      ]),
    );
    expect(schema).toMatchObject({
      additionalProperties: false,
      patternProperties: { '^x-': {} },
      required: ['version'],
    });
  });

  it('describes what an editor completes', () => {
    const text = JSON.stringify(schema);
    for (const key of ['keyword', 'consecutive', 'novel', 'groupInterval', 'webhook', 'weekdays'])
      expect(text).toContain(`"${key}"`);
    expect(text).not.toContain('"secret":true');
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocument } from '../../infra/document.ts';
import { testDocument } from '../../infra/document-tests.ts';
import { OptionError } from '../../infra/option-error.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-tests-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function documentWith(logs: string) {
  const file = join(folder, 'tocsin.yaml');
  writeFileSync(
    file,
    `version: 1
rules: [{ id: errors, match: ERROR, when: { count: 3, within: 5m } }]
receivers: [{ name: ops, email: [{ to: [ops@example.com] }] }]
route: { receiver: ops }
tests:
  - rule: errors
    name: three errors
    logs: [${logs}]
    expect: [{ at: 1m, firing: [{ labels: {} }] }]
`,
  );
  return readDocument(file);
}

const refusal = (logs: string): Promise<unknown> =>
  testDocument(documentWith(logs)).then(
    () => null,
    (error: unknown) => error,
  );

describe('the tests of the document that a deployment brings', () => {
  it('let it pass where all of them do', async () => {
    expect(await refusal('{ at: 0s, repeat: 3, every: 1s, message: ERROR }')).toBeNull();
  });

  it('stop it where one fails, which is named with its place and what differs', async () => {
    const error = await refusal('{ at: 0s, repeat: 2, every: 1s, message: ERROR }');
    expect(error).toBeInstanceOf(OptionError);
    const { message } = error as OptionError;
    expect(message).toContain('config: nothing is deployed, for a test of the document fails.');
    expect(message).toMatch(/FAILED {2}errors: three errors \(.*tocsin\.yaml:6:5\)/);
    expect(message).toContain('2 of its 2 log events matched the rule.');
  });

  it('stop it where a file that one names cannot be read', async () => {
    const error = await refusal('{ at: 0s, file: no-such.log }');
    expect(error).toBeInstanceOf(OptionError);
    expect((error as OptionError).message).toContain('no-such.log, which a test names, cannot be read');
  });
});

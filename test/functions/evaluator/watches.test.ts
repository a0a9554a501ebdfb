/** What only time can tell, through the real handlers: absence and windows, and what becomes of them when rules change. */
import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../../support/stack.ts';

const documentWith = (rule: string) => `
version: 1
rules:
  - { id: watched, match: beat, ${rule} }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupWait: 5s, groupInterval: 30s, repeatInterval: 5m }
`;

let stack: TestStack;
afterEach(() => stack.stop());

/** The schedule invokes the evaluator whether or not anything is due. */
async function begin(rule: string): Promise<void> {
  stack = await startTestStack(documentWith(rule));
  await stack.evaluate();
}

const said = () =>
  stack.said('alert').map(({ status, alert }) => `${status} ${alert.endReason ?? ''}`.trim());
const told = () => stack.said('delivery').map(({ status }) => status);

describe('an absence', () => {
  it('is told though no function was ever invoked by a log', async () => {
    await begin('when: { absent: 2m }');
    await stack.advance(4 * MINUTE);
    expect(said()).toEqual(['firing']);
    expect(told()).toEqual(['firing']);
  });

  it('is over with the next match', async () => {
    await begin('when: { absent: 2m }');
    await stack.advance(4 * MINUTE);
    await stack.log(['beat']);
    await stack.advance(2 * MINUTE);
    expect(said()).toEqual(['firing', 'resolved']);
    expect(told()).toEqual(['firing', 'resolved']);
  });

  it('is repeated with how long it lasts by then', async () => {
    await begin('when: { absent: 2m }');
    await stack.advance(9 * MINUTE);
    const [first, again] = stack.said('delivery').flatMap(({ alerts }) => alerts);
    expect(again?.value).toBe((first?.value ?? 0) + 5 * MINUTE);
  });

  it('ends, saying why, when its rule is edited, and is waited for anew', async () => {
    await begin('when: { absent: 2m }');
    await stack.advance(4 * MINUTE);
    await stack.apply(documentWith('when: { absent: 10m }'));
    await stack.evaluate();
    await stack.advance(3 * MINUTE);
    expect(said()).toEqual(['firing', 'resolved the rule was edited']);
    await stack.advance(12 * MINUTE);
    expect(said()).toEqual(['firing', 'resolved the rule was edited', 'firing']);
  });

  it('ends, saying why, when its rule is disabled', async () => {
    await begin('when: { absent: 2m }');
    await stack.advance(4 * MINUTE);
    await stack.apply(documentWith('enabled: false, when: { absent: 2m }'));
    await stack.evaluate();
    await stack.advance(3 * MINUTE);
    expect(said()).toEqual(['firing', 'resolved the rule was disabled']);
  });
});

describe('a share', () => {
  it('is judged once its window is over, and resolves when it has drained', async () => {
    const rule = 'when: { ratio: ">= 50%", of: { any: [beat, miss] }, within: 1m, atLeast: 4 }';
    await begin(rule);
    await stack.log(['beat', 'beat', 'miss', 'beat']);
    await stack.advance(MINUTE + 10 * SECOND);
    expect(said()).toEqual(['firing']);
    const [{ alert } = { alert: undefined }] = stack.said('alert');
    expect(alert).toMatchObject({ value: 0.75, measured: { matched: 3, of: 4 } });
    await stack.advance(3 * MINUTE);
    expect(said()).toEqual(['firing', 'resolved']);
  });

  it('is repeated as it is by then, with the chart up to now', async () => {
    await begin('when: { ratio: ">= 50%", of: { any: [beat, miss] }, within: 1m }');
    for (let minute = 0; minute < 7; minute++) {
      await stack.log(minute < 4 ? ['beat'] : ['beat', 'beat', 'beat', 'miss']);
      await stack.advance(50 * SECOND);
    }
    const [first, again] = stack.said('delivery').flatMap(({ alerts }) => alerts);
    expect(first).toMatchObject({ value: 1 });
    expect(again).toMatchObject({ value: 0.75 });
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { createHandler } from '../../../functions/evaluator/handler.ts';
import { createHandler as createMatcher } from '../../../functions/matcher/handler.ts';
import { eventId, subscriptionEvent } from '../../support/events.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../../support/stack.ts';

const DOCUMENT = `
version: 1
rules:
  - { id: errors, match: ERROR, when: { count: 3, within: 5m } }
  - { id: long, match: LONG, when: { count: 1, within: 12h } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupBy: ['...'], groupWait: 5s, groupInterval: 1m }
`;

let stack: TestStack;
afterEach(() => stack.stop());

const told = () => stack.said('delivery').map(({ status, alerts }) => `${alerts[0]?.labels.rule} ${status}`);
const transitions = () => stack.said('alert').map(({ status }) => status);
const lastAlert = () => stack.said('alert').at(-1)?.alert;
const recovered = () => stack.said('recovered').map(({ what }) => what.replace(/[0-9a-f]{16}/g, 'ID'));
/** Takes no message to its queue, as if a function had ended right before. */
const forgetful = () => ({ ...stack.outside, aroundQueue: () => ({ send: async () => undefined }) });

describe('an alert', () => {
  it('resolves once its window has drained and stragglers were waited for', async () => {
    stack = await startTestStack(DOCUMENT);
    const begun = stack.clock.now();
    await stack.log(['ERROR', 'ERROR', 'ERROR']);
    await stack.advance(5 * MINUTE);
    expect(transitions()).toEqual(['firing']);
    await stack.advance(3 * MINUTE);
    expect(told()).toEqual(['errors firing', 'errors resolved']);
    const alert = lastAlert();
    expect(alert).toMatchObject({ status: 'resolved', endReason: null, alreadyOver: false });
    // Within a slice (5 s) of the five minutes after its last match.
    expect((Number(alert?.endsAt) - begun) / MINUTE).toBeCloseTo(5, 0);
    expect(Number(alert?.endsAt) - begun).toBeGreaterThanOrEqual(5 * MINUTE);
  });

  it('goes on while matches come, as one episode', async () => {
    stack = await startTestStack(DOCUMENT);
    for (let minute = 0; minute < 12; minute += 2) {
      await stack.log(['ERROR', 'ERROR', 'ERROR']);
      await stack.advance(2 * MINUTE);
    }
    expect(transitions()).toEqual(['firing']);
    await stack.advance(8 * MINUTE);
    expect(told()).toEqual(['errors firing', 'errors resolved']);
    expect(lastAlert()?.peak).toBe(9);
  });

  it('fires anew after it has resolved', async () => {
    stack = await startTestStack(DOCUMENT);
    for (let round = 0; round < 2; round++) {
      await stack.log(['ERROR', 'ERROR', 'ERROR']);
      await stack.advance(8 * MINUTE);
    }
    expect(told()).toEqual(['errors firing', 'errors resolved', 'errors firing', 'errors resolved']);
  });

  it.each([
    [
      'disabled',
      'the rule was disabled',
      (text: string) => text.replace('id: long', 'id: long, enabled: false'),
    ],
    ['deleted', 'the rule was deleted', (text: string) => text.replace(/ {2}- { id: long.*\n/, '')],
  ])('of a rule that is %s resolves, saying why', async (_, reason, edit) => {
    stack = await startTestStack(DOCUMENT);
    await stack.log(['LONG']);
    await stack.advance(MINUTE);
    await stack.apply(edit(DOCUMENT));
    await stack.advance(2 * MINUTE);
    expect(told()).toEqual(['long firing', 'long resolved']);
    expect(lastAlert()).toMatchObject({ endReason: reason });
  });

  it('that fired while its rule was being deleted resolves too', async () => {
    stack = await startTestStack(DOCUMENT);
    await stack.evaluate();
    const pass = (seconds: number) => stack.clock.advanceTo(stack.clock.now() + seconds * SECOND);
    pass(9);
    // The matcher looks at the configuration now, and not again for ten seconds.
    await stack.log(['ERROR']);
    await stack.config.delete({ pk: 'rule', sk: 'long' });
    pass(2);
    await stack.evaluate();
    pass(5);
    await stack.log(['LONG']);
    expect(transitions()).toEqual(['firing']);
    await stack.advance(5 * MINUTE);
    expect(told()).toEqual(['long firing', 'long resolved']);
    expect(lastAlert()).toMatchObject({ endReason: 'the rule was deleted' });
  });

  it('fires again when its rule is enabled again and matches go on', async () => {
    stack = await startTestStack(DOCUMENT);
    await stack.log(['LONG']);
    await stack.advance(MINUTE);
    await stack.apply(DOCUMENT.replace('id: long', 'id: long, enabled: false'));
    await stack.advance(2 * MINUTE);
    await stack.apply(DOCUMENT);
    await stack.log(['LONG']);
    await stack.advance(MINUTE);
    expect(told()).toEqual(['long firing', 'long resolved', 'long firing']);
  });
});

describe('what was left unfinished', () => {
  it('an alert that nobody confirmed is sent again', async () => {
    stack = await startTestStack(DOCUMENT);
    const matcher = createMatcher(stack.environmentOf('matcher'), forgetful());
    const events = [1, 2, 3].map((n) => ({ id: eventId(n), timestamp: stack.clock.now(), message: 'ERROR' }));
    await matcher(subscriptionEvent(events));
    expect(transitions()).toEqual(['firing']);
    await stack.advance(4 * MINUTE);
    expect(told()).toEqual(['errors firing']);
    expect(recovered()).toEqual(['the firing of alert ID']);
  });

  it('an end that nobody confirmed is sent again', async () => {
    stack = await startTestStack(DOCUMENT);
    await stack.log(['ERROR', 'ERROR', 'ERROR']);
    await stack.advance(MINUTE);
    stack.clock.advanceTo(stack.clock.now() + 10 * MINUTE);
    await createHandler(stack.environmentOf('evaluator'), forgetful())({});
    expect(transitions()).toEqual(['firing', 'resolved']);
    await stack.advance(10 * MINUTE);
    expect(told()).toEqual(['errors firing', 'errors resolved']);
    expect(recovered()).toContain('the resolved of alert ID');
  });

  it('an end that nobody confirmed is told though the alert fires anew', async () => {
    stack = await startTestStack(DOCUMENT);
    await stack.log(['ERROR', 'ERROR', 'ERROR']);
    await stack.advance(MINUTE);
    stack.clock.advanceTo(stack.clock.now() + 10 * MINUTE);
    await createHandler(stack.environmentOf('evaluator'), forgetful())({});
    await stack.log(['ERROR', 'ERROR', 'ERROR']);
    await stack.advance(4 * MINUTE);
    const starts = (status: string) =>
      stack
        .said('alert')
        .filter((alert) => alert.status === status)
        .map(({ alert }) => alert.startsAt);
    expect(starts('firing')).toHaveLength(2);
    const members = (await stack.state.scan()).filter(({ sk }) => sk.startsWith('member#'));
    expect(members).toHaveLength(1);
    await stack.advance(20 * MINUTE);
    expect((await stack.state.scan()).filter(({ sk }) => sk.startsWith('member#'))).toEqual([]);
  });

  it('is finished once by evaluators that run at the same time', async () => {
    stack = await startTestStack(DOCUMENT);
    await stack.log(['ERROR', 'ERROR', 'ERROR']);
    await stack.advance(MINUTE);
    stack.clock.advanceTo(stack.clock.now() + 10 * MINUTE);
    const evaluators = [0, 1, 2].map(() => createHandler(stack.environmentOf('evaluator'), stack.outside));
    await Promise.all(evaluators.map((evaluator) => evaluator({})));
    await stack.advance(2 * MINUTE);
    expect(told()).toEqual(['errors firing', 'errors resolved']);
    expect(transitions()).toEqual(['firing', 'resolved']);
  });
});

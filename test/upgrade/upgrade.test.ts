import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDeliveryMessage, parseDispatcherMessage } from '../../shared/alerts/messages.ts';
import type { Item } from '../../shared/ports.ts';
import { MINUTE, startTestStack, type TestStack } from '../support/stack.ts';
import { errorsOf, type Left, readLeft } from './scenario.ts';

const FOLDER = join(import.meta.dirname, 'left');
const RELEASES = readdirSync(FOLDER).map((file) => ({
  release: file.replace('.json', ''),
  left: readLeft(readFileSync(join(FOLDER, file), 'utf8')),
}));

async function takeOver(left: Left): Promise<TestStack> {
  const stack = await startTestStack();
  stack.clock.advanceTo(left.at);
  for (const item of left.config) await stack.config.put(item as Item);
  for (const item of left.state) await stack.state.put(item as Item);
  return stack;
}

describe.each(RELEASES)('what release $release left in the middle of an incident', ({ left }) => {
  let stack: TestStack;
  const told = () =>
    stack
      .said('notification')
      .map(({ status, alerts }) => [
        status,
        ...alerts.map(({ status: state, labels }) => `${labels.service} ${state}`).sort(),
      ]);

  beforeAll(async () => {
    stack = await takeOver(left);
  });

  afterAll(() => stack.stop());

  it('is understood, message by message', () => {
    const kinds = new Set<string>();
    for (const { queue, body } of left.messages) {
      const text = JSON.stringify(body);
      const message = queue === 'alerts' ? parseDispatcherMessage(text) : parseDeliveryMessage(text);
      kinds.add(message.type);
    }
    expect([...kinds].sort()).toEqual(['alert', 'delivery', 'flush']);
  });

  it('changes nothing where its messages come again', async () => {
    for (const queue of ['alerts', 'deliveries'] as const)
      await stack.send(
        queue,
        left.messages.filter((message) => message.queue === queue).map(({ body }) => body),
      );
    await stack.settle();
    expect(stack.failures).toEqual([]);
    expect(stack.said('notification')).toEqual([]);
    expect(await stack.mails()).toEqual([]);
  });

  it('is counted on, and told to the end: what was not told yet once, and that all is over', async () => {
    await stack.log([...errorsOf('cart'), ...errorsOf('pay')]);
    // The timer's message was lost on the way: the evaluator finds what is due.
    await stack.advance(6 * MINUTE);
    expect(told()).toEqual([['firing', 'cart firing', 'pay firing']]);
    await stack.advance(15 * MINUTE);
    expect(told().at(-1)).toEqual(['resolved', 'cart resolved', 'pay resolved']);
    expect(new Set(stack.attempts())).toEqual(new Set(['email delivered']));
    expect(await stack.deadLetters('alerts')).toEqual([]);
    expect(await stack.deadLetters('deliveries')).toEqual([]);
  });

  it('keeps its rules in force, and every item whole', async () => {
    const { rules, receivers } = await stack.configuration();
    expect(rules.map(({ id }) => id)).toEqual(['errors']);
    expect(receivers.map(({ name }) => name)).toEqual(['ops']);
    expect(stack.said('configuration')).toEqual([]);
  });
});

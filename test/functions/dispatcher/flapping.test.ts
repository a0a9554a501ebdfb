import { describe, expect, it } from 'vitest';
import { DispatcherAlone } from '../../support/dispatcher.ts';

const MINUTE = 60_000;
const DOCUMENT = `
version: 1
receivers: [{ name: ops, email: [{ to: [ops@example.com] }] }]
route: { receiver: ops, groupWait: 0s, groupInterval: 1m }
`;

/** Which of the messages says that the alert flaps, and by how many transitions. */
async function saidAfter(episodes: number, everyMs: number): Promise<(number | undefined)[]> {
  const dispatcher = new DispatcherAlone(DOCUMENT);
  for (let episode = 0; episode < episodes; episode++) {
    await dispatcher.fire({ rule: 'errors' });
    await dispatcher.advance(everyMs / 2);
    await dispatcher.resolve({ rule: 'errors' });
    await dispatcher.advance(everyMs / 2);
  }
  const firing = dispatcher.told.filter(({ notification }) => notification.status === 'firing');
  return firing.map(({ notification }) => notification.alerts[0]?.flapping?.transitions);
}

describe('an alert that flaps', () => {
  it('is told as such once, from more than 5 transitions within an hour', async () => {
    expect(await saidAfter(8, 6 * MINUTE)).toEqual([
      undefined,
      undefined,
      undefined,
      7,
      ...Array(4).fill(undefined),
    ]);
  });

  it('is told as such once where one message tells of several episodes', async () => {
    const dispatcher = new DispatcherAlone(DOCUMENT.replace('groupInterval: 1m', 'groupInterval: 30m'));
    for (let episode = 0; episode < 8; episode++) {
      await dispatcher.fire({ rule: 'errors' });
      await dispatcher.advance(MINUTE);
      await dispatcher.resolve({ rule: 'errors' });
      await dispatcher.advance(MINUTE);
    }
    await dispatcher.advance(30 * MINUTE);
    const told = dispatcher.told.map(({ notification }) => notification.alerts);
    expect(Math.max(...told.map((alerts) => alerts.length))).toBeGreaterThan(3);
    const said = told.flatMap((alerts) => alerts.map(({ flapping }) => flapping?.transitions));
    expect(said.filter((transitions) => transitions !== undefined)).toEqual([16]);
  });

  it('is not, where an hour holds fewer', async () => {
    expect(await saidAfter(8, 24 * MINUTE)).toEqual(Array(8).fill(undefined));
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { acknowledge } from '../../../shared/alerts/acknowledgement.ts';
import { DispatcherAlone } from '../../support/dispatcher.ts';

/** Everything here in seconds since the alerts began. */
const GROUP_WAIT = 10;
const GROUP_INTERVAL = 120;
const END = 2 * 3600;
const STEPS = [
  { after: 600, receiver: 'oncall' },
  { after: 1500, receiver: 'boss' },
];

const DOCUMENT = `
version: 1
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
  - { name: oncall, email: [{ to: [oncall@example.com] }] }
  - { name: boss, email: [{ to: [boss@example.com] }] }
route:
  receiver: ops
  groupWait: ${GROUP_WAIT}s
  groupInterval: ${GROUP_INTERVAL}s
  repeatInterval: 24h
  escalate: [${STEPS.map(({ after, receiver }) => `{ after: ${after}s, receiver: ${receiver} }`).join()}]
`;

interface Acked {
  at: number;
  /** null: until the alert ends. */
  until: number | null;
}

/** What becomes of one alert: no two things in the same second. */
interface Story {
  acknowledged: Acked[];
  worseAt: number | null;
  endsAt: number | null;
}

const seconds = (min: number, max: number) => fc.integer({ min, max });

const stories: fc.Arbitrary<Story> = fc
  .record({
    // Each after the one before, and to a later end.
    acks: fc.array(fc.record({ gap: seconds(1, 900), more: seconds(30, 1500) }), { maxLength: 3 }),
    forGood: fc.boolean(),
    worse: fc.option(seconds(3, 1400)),
    end: fc.option(seconds(3, 1700)),
  })
  .map(({ acks, forGood, worse, end }) => {
    let [at, until] = [GROUP_WAIT, 0];
    const acknowledged = acks.map(({ gap, more }, index): Acked => {
      at += gap * 3;
      until = Math.max(until, at) + more * 3;
      return { at, until: forGood && index === acks.length - 1 ? null : until };
    });
    const [worseAt, endsAt] = [worse === null ? null : worse * 3 + 5, end === null ? null : end * 3 + 6];
    const isWorseFirst = worseAt !== null && (endsAt === null || worseAt < endsAt);
    return { acknowledged, worseAt: isWorseFirst ? worseAt : null, endsAt };
  });

/** Who is told of an escalation and when, second by second, from the story alone. */
function expected({ acknowledged, worseAt, endsAt }: Story): string[] {
  const roundAfter = (at: number) =>
    GROUP_WAIT + GROUP_INTERVAL * (Math.floor((at - GROUP_WAIT) / GROUP_INTERVAL) + 1);
  const endOf = ({ at, until }: Acked) => {
    const outgrownAt = worseAt !== null && at < worseAt ? roundAfter(worseAt) : Infinity;
    return Math.min(until ?? Infinity, outgrownAt);
  };
  const lines: string[] = [];
  for (let now = GROUP_WAIT; now <= Math.min(END, endsAt ?? END); now++) {
    const last = acknowledged.findLast(({ at }) => at < now);
    const since = last === undefined ? GROUP_WAIT : endOf(last);
    for (let step = STEPS[lines.length]; step !== undefined; step = STEPS[lines.length]) {
      if (now < since + step.after) break;
      lines.push(`${now} ${step.receiver}`);
    }
  }
  return lines;
}

/** The same from the dispatcher. */
async function played(story: readonly Story[]): Promise<string[][]> {
  const dispatcher = new DispatcherAlone(DOCUMENT);
  const begun = dispatcher.now;
  const labels = story.map((_, index) => ({ rule: 'errors', host: `h${index}` }));
  for (const one of labels) await dispatcher.fire(one);
  const acts = story.flatMap(({ acknowledged, worseAt, endsAt }, index) => {
    const alert = labels[index] ?? {};
    const worse = { ...alert, severity: 'critical' };
    return [
      ...acknowledged.map(({ at, until }) => ({
        at,
        act: async () => {
          const to = until === null ? null : begun + until * 1000;
          const name = await dispatcher.nameOf(alert);
          await acknowledge(dispatcher.state, name, { by: 'Wei', until: to }, dispatcher.now);
        },
      })),
      ...(worseAt === null ? [] : [{ at: worseAt, act: () => dispatcher.fire(worse) }]),
      ...(endsAt === null
        ? []
        : [{ at: endsAt, act: () => dispatcher.resolve(worseAt === null ? alert : worse) }]),
    ];
  });
  for (const { at, act } of acts.sort((a, b) => a.at - b.at)) {
    await dispatcher.advance(begun + at * 1000 - dispatcher.now);
    await act();
  }
  await dispatcher.advance(begun + END * 1000 - dispatcher.now);
  return labels.map(({ host }) => firstTold(dispatcher, host, begun));
}

/** When each receiver of a step heard for the first time that the alert fires. */
function firstTold({ told }: DispatcherAlone, host: string, begun: number): string[] {
  return STEPS.flatMap(({ receiver }) => {
    const first = told.find(
      ({ notification }) =>
        notification.receiver === receiver &&
        notification.alerts.some(({ labels, status }) => labels.host === host && status === 'firing'),
    );
    return first === undefined ? [] : [`${(first.at - begun) / 1000} ${receiver}`];
  });
}

describe('escalation, held against what acknowledgements, worse severities and ends say', () => {
  it('takes each step to the second, for each alert of a group by itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stories, { minLength: 1, maxLength: 3 }), async (story) => {
        expect(await played(story)).toEqual(story.map(expected));
      }),
      { seed: 6, numRuns: 12 },
    );
  });
});

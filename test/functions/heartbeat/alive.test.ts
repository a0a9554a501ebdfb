import { describe, expect, it } from 'vitest';
import { aliveItems } from '../../../infra/alive.ts';
import type { Deployment } from '../../../infra/deployment.ts';
import { VirtualPipeline } from '../../../infra/virtual/pipeline.ts';
import { ALIVE } from '../../../shared/alerts/signs-of-life.ts';
import type { RawItem } from '../../../shared/config/items.ts';
import type { Happening, Notified } from '../../../shared/happenings.ts';
import { addSilence } from '../../../shared/routing/silences.ts';
import { HOUR, MINUTE } from '../../support/stack.ts';
import { writtenBy } from './written.ts';

const OWN_PREFIX = '/tocsin/Shop/';
const START = Date.UTC(2026, 10, 21, 9);
const DAY = 24 * HOUR;

const item = (kind: RawItem['kind'], id: string, body: object): RawItem => ({ kind, id, body: { ...body } });
const email = [{ to: ['ops@example.com'] }];

/** All that could keep a message quiet or late, or make it loud; and dates are redacted. */
const ITEMS: RawItem[] = [
  item('settings', 'document', { redact: ['\\d{4}-\\d\\d-\\d\\d'] }),
  item('rule', 'errors', { id: 'errors', severity: 'critical', match: 'ERROR', groupBy: ['$.part'] }),
  item('receiver', 'ops', { name: 'ops', email, limit: '1/h' }),
  item('receiver', 'boss', { name: 'boss', email }),
  item('route', 'root', {
    receiver: 'ops',
    groupWait: '1h',
    repeatInterval: '10m',
    escalate: [{ after: '2m', receiver: 'boss' }],
  }),
  item('inhibitRule', 'quiet', {
    name: 'quiet',
    sourceMatchers: ['severity="critical"'],
    targetMatchers: ['severity="info"'],
  }),
  item('inhibitRule', 'backwards', {
    name: 'backwards',
    sourceMatchers: ['severity="info"'],
    targetMatchers: ['severity="critical"'],
  }),
  ...aliveItems({ ownPrefix: OWN_PREFIX } as Deployment, { receiver: 'ops' }),
];

/** Plays log lines in virtual time, and remembers what was told. */
class Play {
  readonly pipeline: VirtualPipeline;
  readonly #happenings: Happening[] = [];
  #events = 0;

  constructor() {
    this.pipeline = new VirtualPipeline(START, ITEMS, (happening) => void this.#happenings.push(happening));
  }

  async log(message: string, at: number, logGroup: string): Promise<void> {
    const events = [{ id: String(this.#events++), timestamp: at, message }];
    const from = { account: '123456789012', region: 'us-east-1', logGroup, logStream: 's' };
    await this.pipeline.ingest({ ...from, events }, at);
  }

  async alive(due: number, at = due): Promise<void> {
    const [line = ''] = await writtenBy({ alive: new Date(due).toISOString() });
    await this.log(line, at, `${OWN_PREFIX}heartbeat`);
  }

  told(rule: string): Notified[] {
    return this.#happenings.filter(
      (happening): happening is Notified =>
        happening.type === 'notification' && happening.alerts.some(({ labels }) => labels.rule === rule),
    );
  }
}

describe('the daily message that tocsin is alive', () => {
  it('leaves at once, and once for each day, however often its line is written', async () => {
    const play = new Play();
    for (const day of [0, 1, 2])
      for (const late of [0, 2 * MINUTE, 3 * HOUR])
        await play.alive(START + day * DAY, START + day * DAY + late);
    await play.pipeline.runOut();
    const told = play.told(ALIVE);
    expect(told.map(({ at }) => at)).toEqual([START, START + DAY, START + 2 * DAY]);
  });

  it('is all there is: no end, no repetition and no escalation follow', async () => {
    const play = new Play();
    await play.alive(START);
    await play.pipeline.ringUntil(START + 6 * HOUR);
    expect(play.told(ALIVE)).toMatchObject([
      { receiver: 'ops', status: 'resolved', alerts: [{ status: 'resolved', labels: { severity: 'info' } }] },
    ]);
    expect(await play.pipeline.firingAlerts()).toEqual([]);
  });

  it('comes whatever is silenced, inhibits it or fills the limit of its receiver', async () => {
    const play = new Play();
    await addSilence(play.pipeline.state, {
      id: 's1',
      matchers: [{ label: 'rule', operator: '=~', value: `${ALIVE}|none` }],
      startsAt: START,
      endsAt: START + DAY,
      recurs: null,
      author: 'Wei',
      comment: 'maintenance',
      createdAt: START,
    });
    for (const part of [1, 2, 3])
      await play.log(`{"level":"ERROR","part":${part}}`, START + part * MINUTE, '/app/a');
    await play.log('{"level":"ERROR","part":4}', START + 65 * MINUTE - 1000, '/app/a');
    await play.alive(START + 65 * MINUTE);
    expect(play.told(ALIVE)).toMatchObject([{ at: START + 65 * MINUTE }]);
  });

  it('keeps nothing quiet itself', async () => {
    const play = new Play();
    await play.alive(START);
    await play.log('{"level":"ERROR","part":1}', START + 1000, '/app/a');
    await play.pipeline.ringUntil(START + 2 * HOUR);
    expect(play.told('errors')[0]).toMatchObject({ at: START + 1000 + HOUR, status: 'firing' });
  });
});

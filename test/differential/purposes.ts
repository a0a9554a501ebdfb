/** The differences from Alertmanager that are on purpose (shared/routing/README.md), each seen on both sides. */
import { type Action, type Labels, ROOT, type Scenario } from './scenario.ts';

export interface Purpose {
  scenario: Scenario;
  /** `seconds status firing/resolved`, by host. */
  theirs: string[];
  ours: string[];
}

const H1 = { rule: 'api', host: 'h1', severity: 'error' };
const H2 = { rule: 'api', host: 'h2', severity: 'error' };
const DOWN = { rule: 'down', host: 'all', severity: 'critical' };

const fire = (seconds: number, labels: Labels): Action => ({ at: seconds * 1000, kind: 'fire', labels });
const resolve = (seconds: number, labels: Labels): Action => ({
  at: seconds * 1000,
  kind: 'resolve',
  labels,
});
const silence = (seconds: number): Action => ({
  at: seconds * 1000,
  kind: 'silence',
  id: 's1',
  matchers: [{ label: 'rule', operator: '=', value: 'api' }],
});
const expire = (seconds: number): Action => ({ at: seconds * 1000, kind: 'expire', id: 's1' });
const INHIBIT = [
  { name: 'down', sourceMatchers: ['rule="down"'], targetMatchers: ['rule="api"'], equal: [] },
];

function scenario(name: string, actions: Action[], changes: Partial<Scenario> = {}): Scenario {
  return { name, route: ROOT, inhibitRules: [], actions, ...changes };
}

export const PURPOSES: Purpose[] = [
  {
    scenario: scenario('over before the first flush', [fire(0, H1), resolve(1, H1)]),
    theirs: [],
    ours: ['1.5 firing /h1'],
  },
  {
    scenario: scenario('an end under a silence', [fire(0, H1), silence(3), resolve(5, H1)]),
    theirs: ['1.5 firing h1/'],
    ours: ['1.5 firing h1/', '7.5 resolved /h1'],
  },
  {
    scenario: scenario('an end under inhibition', [fire(0, H1), fire(3, DOWN), resolve(5, H1)], {
      inhibitRules: INHIBIT,
    }),
    theirs: ['1.5 firing h1/', '4.5 firing all/'],
    ours: ['1.5 firing h1/', '4.5 firing all/', '7.5 resolved /h1'],
  },
  {
    scenario: scenario('a summary at the end of a silence', [fire(0, H1), silence(3), expire(9)]),
    theirs: ['1.5 firing h1/'],
    ours: ['1.5 firing h1/', '10.5 firing h1/'],
  },
  {
    scenario: scenario('what was over under a silence', [
      silence(0),
      fire(1, H1),
      fire(1, H2),
      resolve(5, H2),
      expire(8),
    ]),
    theirs: ['8.5 firing h1/'],
    ours: ['8.5 firing h1/h2'],
  },
  {
    scenario: scenario('an empty groupBy below the root', [fire(0, H1), fire(0, H2)], {
      route: { ...ROOT, groupBy: ['host'], routes: [{ ...ROOT, receiver: 'child', groupBy: [] }] },
    }),
    theirs: ['1.5 firing h1/', '1.5 firing h2/'],
    ours: ['1.5 firing h1+h2/'],
  },
  {
    scenario: scenario('a group that was empty', [fire(0, H1), resolve(2, H1), fire(5, H2)]),
    theirs: ['1.5 firing h1/', '4.5 resolved /h1', '7.5 firing h2/'],
    ours: ['1.5 firing h1/', '4.5 resolved /h1', '6.5 firing h2/'],
  },
];

import type { Commands } from './terminal/io.ts';

/** Every verb, loaded only when it is used: a quick command should start quickly. */
export const COMMANDS: Commands = {
  local: () => import('./local.ts'),
  init: () => import('./init.ts'),
  suggest: () => import('./suggest.ts'),
  import: () => import('./import.ts'),
  check: () => import('./check.ts'),
  test: () => import('./test.ts'),
  diff: () => import('./diff.ts'),
  apply: () => import('./apply.ts'),
  pull: () => import('./pull.ts'),
  backtest: () => import('./backtest.ts'),
  cost: () => import('./cost.ts'),
  match: () => import('./match.ts'),
  rules: () => import('./rules.ts'),
  subscribe: () => import('./subscribe.ts'),
  unsubscribe: () => import('./unsubscribe.ts'),
  subscriptions: () => import('./subscriptions.ts'),
  route: () => import('./route.ts'),
  alerts: () => import('./alerts.ts'),
  ack: () => import('./ack.ts'),
  silence: () => import('./silence.ts'),
  send: () => import('./send.ts'),
  dlq: () => import('./dlq.ts'),
  console: () => import('./console.ts'),
  completion: async () => ({ command: (await import('./completion.ts')).completionOf(COMMANDS) }),
};

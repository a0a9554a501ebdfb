/** A scenario on a real Alertmanager, in real time. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Action,
  HORIZON_MS,
  type Said,
  type Scenario,
  type ScenarioInhibitRule,
  type ScenarioRoute,
  saidOf,
} from './scenario.ts';

const BINARY = 'prometheus-alertmanager';
const READY_WITHIN_MS = 20_000;
const DAY_MS = 86_400_000;

/** Answers what receivers were told up to the horizon. */
export async function onAlertmanager(scenario: Scenario): Promise<Said[]> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-alertmanager-'));
  const heard: { at: number; body: Parameters<typeof saidOf>[1] }[] = [];
  const hook = await listen((body) => heard.push({ at: Date.now(), body }));
  const port = await freePort();
  const file = join(folder, 'alertmanager.yml');
  await writeFile(file, JSON.stringify(configurationOf(scenario, portOf(hook))));
  const alertmanager = start(file, folder, port);
  try {
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url);
    const begin = Date.now() + 200;
    await play(url, scenario.actions, begin);
    await sleep(Math.max(begin + HORIZON_MS - Date.now(), 0));
    return heard
      .map(({ at, body }) => saidOf(at - begin, body))
      .filter(({ at }) => at < HORIZON_MS)
      .map((said) => ({ ...said, receiver: said.receiver.replace(/^r-/, '') }));
  } finally {
    await stop(alertmanager);
    hook.close();
    hook.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  }
}

function configurationOf({ route, inhibitRules }: Scenario, hookPort: number) {
  const receivers = receiversOf(route).map((receiver) => ({
    name: `r-${receiver}`,
    webhook_configs: [{ url: `http://127.0.0.1:${hookPort}/`, send_resolved: true, max_alerts: 0 }],
  }));
  return { route: routeOf(route), receivers, inhibit_rules: inhibitRules.map(inhibitRuleOf) };
}

function receiversOf({ receiver, routes }: ScenarioRoute): string[] {
  return [receiver, ...routes.flatMap(receiversOf)];
}

function routeOf(route: ScenarioRoute): object {
  return {
    receiver: `r-${route.receiver}`,
    ...(route.matchers.length > 0 ? { matchers: route.matchers } : {}),
    group_by: route.groupBy,
    group_wait: `${route.groupWaitMs}ms`,
    group_interval: `${route.groupIntervalMs}ms`,
    repeat_interval: `${route.repeatIntervalMs}ms`,
    continue: route.continue,
    routes: route.routes.map(routeOf),
  };
}

function inhibitRuleOf({ sourceMatchers, targetMatchers, equal }: ScenarioInhibitRule): object {
  return { source_matchers: sourceMatchers, target_matchers: targetMatchers, equal };
}

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const alertmanager of running) alertmanager.kill('SIGKILL');
});

function start(file: string, folder: string, port: number): ChildProcess {
  const options = [
    `--config.file=${file}`,
    `--storage.path=${folder}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=error',
  ];
  const alertmanager = spawn(BINARY, options, { stdio: ['ignore', 'ignore', 'inherit'] });
  running.add(alertmanager);
  return alertmanager;
}

async function stop(alertmanager: ChildProcess): Promise<void> {
  if (alertmanager.exitCode !== null) return;
  const gone = new Promise((resolve) => alertmanager.once('exit', resolve));
  alertmanager.kill('SIGKILL');
  await gone;
  running.delete(alertmanager);
}

async function untilReady(url: string): Promise<void> {
  const until = Date.now() + READY_WITHIN_MS;
  while (Date.now() < until) {
    const answer = await fetch(`${url}/-/ready`).catch(() => null);
    if (answer?.ok === true) return;
    await sleep(100);
  }
  throw new Error(`${BINARY} was not ready within ${READY_WITHIN_MS / 1000} s.`);
}

async function play(url: string, actions: readonly Action[], begin: number): Promise<void> {
  const silences = new Map<string, string>();
  for (const action of actions) {
    await sleep(Math.max(begin + action.at - Date.now(), 0));
    await act(url, action, silences);
  }
}

async function act(url: string, action: Action, silences: Map<string, string>): Promise<void> {
  const now = Date.now();
  switch (action.kind) {
    case 'fire':
      return void (await post(`${url}/api/v2/alerts`, [{ labels: action.labels, startsAt: iso(now) }]));
    case 'resolve':
      return void (await post(`${url}/api/v2/alerts`, [{ labels: action.labels, endsAt: iso(now) }]));
    case 'silence': {
      const matchers = action.matchers.map(({ label, operator, value }) => ({
        name: label,
        value,
        isRegex: operator.includes('~'),
        isEqual: operator.startsWith('='),
      }));
      const span = { startsAt: iso(now), endsAt: iso(now + DAY_MS) };
      const answer = await post(`${url}/api/v2/silences`, {
        ...{ matchers, ...span, createdBy: 'test', comment: 'test' },
      });
      const { silenceID } = (await answer.json()) as { silenceID: string };
      silences.set(action.id, silenceID);
      return;
    }
    case 'expire':
      return void (await request(`${url}/api/v2/silence/${silences.get(action.id)}`, { method: 'DELETE' }));
  }
}

const iso = (at: number) => new Date(at).toISOString();

async function post(url: string, body: unknown): Promise<Response> {
  return await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function request(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`Alertmanager answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

function listen(heard: (body: Parameters<typeof saidOf>[1]) => void): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      heard(JSON.parse(Buffer.concat(parts).toString()));
      outgoing.end();
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Below the ports that the system hands out by itself, so that nobody else takes it in between. */
let nextPort = 19_100;

async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

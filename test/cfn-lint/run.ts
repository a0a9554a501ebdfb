/**
 * npm run test:cfn-lint: the stack as it is deployed in several places, against the resource schemas and rules of
 * CloudFormation that cfn-lint brings. Skipped where there is no cfn-lint.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createStack } from '../infra/synthesized.ts';

const ACCOUNT = '123456789012';
/** A dependency that a reference implies: the CDK writes it on every function, after its role. */
const IGNORED = 'W3005';

interface Deployment {
  name: string;
  regions: string[];
  context: Record<string, unknown>;
  env?: Environment;
}

const FROM = 'alerts@example.com';
const EVERYTHING = {
  alarmEmails: 'ops@example.com',
  alive: 'ops',
  config: 'cli/sample/tocsin.yaml',
  encryption: 'customer',
  eventBuses: 'arn:aws:events:eu-central-1:123456789012:event-bus/alerts',
  matcherConcurrency: '5',
  responderConcurrency: '5',
  removalPolicy: 'destroy',
  tags: 'team=ops',
  textMessages: 'true',
  tracing: 'true',
};

const DEPLOYMENTS: Deployment[] = [
  {
    name: 'what stands in the README',
    regions: ['us-east-1', 'eu-central-1', 'ap-southeast-1'],
    context: { logGroups: '/app/*,!/app/debug-*', from: FROM, config: 'cli/sample/tocsin.yaml' },
  },
  {
    name: 'every option, by the policy of the account',
    regions: ['eu-central-1'],
    context: { ...EVERYTHING, logGroups: '*', accountPolicy: 'true', from: FROM },
  },
  {
    name: 'neither links nor heartbeat',
    regions: ['us-west-2'],
    context: { logGroups: '/app/orders', from: FROM, responder: 'false', heartbeatMinutes: '0' },
  },
  ...['cn-north-1', 'cn-northwest-1'].map((region) => ({
    name: `AWS China, ${region}`,
    regions: [region],
    context: { logGroups: '/app/*', from: FROM },
    env: { account: ACCOUNT, region },
  })),
];

/** What cfn-lint says of it; empty: nothing. */
function lint({ name, regions, context, env }: Deployment, folder: string): string {
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.json`);
  writeFileSync(file, JSON.stringify(Template.fromStack(createStack(context, env)).toJSON()));
  const { stdout, stderr, status } = spawnSync(
    'cfn-lint',
    ['--template', file, '--regions', ...regions, '--ignore-checks', IGNORED],
    { encoding: 'utf8' },
  );
  return status === 0 ? '' : stdout + stderr;
}

function run(): number {
  if (spawnSync('cfn-lint', ['--version']).error !== undefined) {
    console.log('The templates were not looked at by cfn-lint: it is not installed here.');
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-cfn-lint-'));
  const said = DEPLOYMENTS.map((deployment) => ({ ...deployment, words: lint(deployment, folder) }));
  rmSync(folder, { recursive: true });
  for (const { name, regions, words } of said)
    console.log(
      `${words === '' ? 'passed' : 'FAILED'}  ${name} (${regions.join(', ')})${words && `\n${words}`}`,
    );
  return said.every(({ words }) => words === '') ? 0 : 1;
}

process.exitCode = run();

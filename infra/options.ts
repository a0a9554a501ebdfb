import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import type { AliveOptions } from './alive.ts';
import { OptionError } from './option-error.ts';
import type { TocsinProps } from './props.ts';

/** What stands in where nothing was said, so that a bare `cdk synth` shows the complete stack. */
const EXAMPLES = { logGroups: '/app/example', from: 'alerts@example.com' } as const;

const REMOVAL: Readonly<Record<string, RemovalPolicy>> = {
  retain: RemovalPolicy.RETAIN,
  destroy: RemovalPolicy.DESTROY,
};

export interface StackOptions {
  props: TocsinProps;
  /** Of everything in the stack. */
  tags: Record<string, string>;
  /** Whether the stack makes a key of its own for what it stores. */
  customerKey: boolean;
  /** What stands in for a value that was not given. */
  examples: { name: string; value: string }[];
}

/**
 * The construct's props from context values (`-c logGroups=/app/a,/app/b -c from=alerts@example.com`, or `context` in
 * cdk.json), and what concerns the stack around it.
 * @throws OptionError where a value cannot be read, naming it
 */
export function readOptions(node: Node): StackOptions {
  const text = (name: string) => readText(node, name);
  const list = (name: string) => readList(node, name);
  const examples = Object.entries(EXAMPLES)
    .map(([name, value]) => ({ name, value }))
    .filter(({ name }) => list(name) === undefined);
  const props: TocsinProps = {
    logGroups: list('logGroups') ?? [EXAMPLES.logGroups],
    from: text('from') ?? EXAMPLES.from,
    ...defined('accountPolicy', readSwitch('accountPolicy', text('accountPolicy'))),
    ...defined('identities', list('identities')),
    ...defined('configurationSet', text('configurationSet')),
    ...defined('config', text('config')),
    ...defined('allowedHosts', list('allowedHosts')),
    ...defined('eventBuses', list('eventBuses')),
    ...defined('textMessages', readSwitch('textMessages', text('textMessages'))),
    ...defined('responder', readSwitch('responder', text('responder'))),
    ...defined('removalPolicy', readRemovalPolicy(text('removalPolicy'))),
    ...defined('logRetention', readRetention(text('logRetentionDays'))),
    ...defined('alarmEmails', list('alarmEmails')),
    ...defined('heartbeatMinutes', readCount('heartbeatMinutes', text('heartbeatMinutes'), 0)),
    ...defined('alive', readAlive(text)),
    ...defined('tracing', readSwitch('tracing', text('tracing'))),
    ...defined('matcherConcurrency', readCount('matcherConcurrency', text('matcherConcurrency'))),
    ...defined('responderConcurrency', readCount('responderConcurrency', text('responderConcurrency'))),
  };
  const customerKey = readEncryption(text('encryption')) === 'customer';
  return { props, tags: readTags(list('tags') ?? []), customerKey, examples };
}

/** What the stack is called; `tocsin --stack` asks for it by that. @throws OptionError where CloudFormation takes no such name */
export function stackNameIn(node: Node): string {
  const name = readText(node, 'stackName') ?? 'Tocsin';
  if (/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(name)) return name;
  throw new OptionError(
    `Context value "stackName" is "${name}"; expected a letter, then up to 127 letters, digits and hyphens.`,
  );
}

/** Whom the daily message goes to, and when. */
function readAlive(text: (name: string) => string | undefined): AliveOptions | undefined {
  const [receiver, at, timeZone] = ['alive', 'aliveAt', 'aliveTimeZone'].map(text);
  if (receiver !== undefined) return { receiver, ...defined('at', at), ...defined('timeZone', timeZone) };
  if (at === undefined && timeZone === undefined) return undefined;
  throw new OptionError(
    'Context value "alive" is missing beside "aliveAt" or "aliveTimeZone"; expected the name of a receiver.',
  );
}

/** `team=payments,env=prod` */
function readTags(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair): [string, string] => {
      const [, name, value] = /^([^=]{1,128})=(.{0,256})$/.exec(pair) ?? [];
      if (name === undefined || value === undefined)
        throw new OptionError(`Context value "tags" holds "${pair}"; expected NAME=VALUE.`);
      return [name, value];
    }),
  );
}

function readEncryption(value = 'aws'): 'aws' | 'customer' {
  if (value === 'aws' || value === 'customer') return value;
  throw new OptionError(`Context value "encryption" is "${value}"; expected "aws" or "customer".`);
}

/** Leaves out what was not said: optional props may be absent, not undefined. */
function defined<Name extends string, Given>(name: Name, value: Given | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: Given };
}

function readText(node: Node, name: string): string | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === '') return undefined;
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw new OptionError(`Context value "${name}" is ${JSON.stringify(value)}; expected text.`);
}

/** A list in cdk.json, or text with commas on the command line. */
function readList(node: Node, name: string): string[] | undefined {
  const value: unknown = node.tryGetContext(name);
  if (Array.isArray(value)) return value.map(String);
  return readText(node, name)
    ?.split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function readSwitch(name: string, value: string | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false')
    throw new OptionError(`Context value "${name}" is "${value}"; expected "true" or "false".`);
  return value === 'true';
}

function readRemovalPolicy(value: string | undefined): RemovalPolicy | undefined {
  if (value === undefined) return undefined;
  const policy = REMOVAL[value];
  if (policy === undefined)
    throw new OptionError(`Context value "removalPolicy" is "${value}"; expected "retain" or "destroy".`);
  return policy;
}

function readRetention(value: string | undefined): RetentionDays | undefined {
  const days = readCount('logRetentionDays', value);
  if (days === undefined || days in RetentionDays) return days;
  const known = Object.values(RetentionDays).filter((entry) => typeof entry === 'number');
  throw new OptionError(
    `Context value "logRetentionDays" is ${days}, which CloudWatch Logs does not offer; expected one of ${known.join(', ')}.`,
  );
}

function readCount(name: string, value: string | undefined, min = 1): number | undefined {
  if (value === undefined) return undefined;
  const count = Number(value);
  if (!Number.isInteger(count) || count < min)
    throw new OptionError(`Context value "${name}" is "${value}"; expected a whole number from ${min}.`);
  return count;
}

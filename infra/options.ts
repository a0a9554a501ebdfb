import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { OptionError } from './option-error.ts';
import type { TocsinProps } from './tocsin.ts';

/** What stands in where nothing was said, so that a bare `cdk synth` shows the complete stack. */
const EXAMPLES = { logGroups: '/app/example', from: 'alerts@example.com' } as const;

const REMOVAL: Readonly<Record<string, RemovalPolicy>> = {
  retain: RemovalPolicy.RETAIN,
  destroy: RemovalPolicy.DESTROY,
};

/**
 * The construct's props from context values (`-c logGroups=/app/a,/app/b -c from=alerts@example.com`, or `context` in
 * cdk.json). `examples` lists those that stand in for a value that was not given.
 * @throws OptionError where a value cannot be read, naming it
 */
export function readOptions(node: Node): { props: TocsinProps; examples: { name: string; value: string }[] } {
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
    ...defined('responder', readSwitch('responder', text('responder'))),
    ...defined('removalPolicy', readRemovalPolicy(text('removalPolicy'))),
    ...defined('logRetention', readRetention(text('logRetentionDays'))),
    ...defined('alarmEmails', list('alarmEmails')),
    ...defined('heartbeatMinutes', readCount('heartbeatMinutes', text('heartbeatMinutes'), 0)),
    ...defined('tracing', readSwitch('tracing', text('tracing'))),
    ...defined('matcherConcurrency', readCount('matcherConcurrency', text('matcherConcurrency'))),
    ...defined('responderConcurrency', readCount('responderConcurrency', text('responderConcurrency'))),
  };
  return { props, examples };
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

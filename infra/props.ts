import { type RemovalPolicy, Token } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Loaded } from '../shared/config/load.ts';
import { type AliveOptions, dailyTimeOf } from './alive.ts';
import type { DeploymentOptions } from './deployment.ts';
import type { AlarmOptions } from './operations/operations.ts';
import { OptionError } from './option-error.ts';
import type { Outlets } from './outlets.ts';
import { identitiesOf, type Sender } from './sender.ts';

export const HEARTBEAT_MINUTES_DEFAULT = 5;
const MAIL_ADDRESS = /^[^\s<>@,;]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/i;

export interface TocsinProps extends Sender, Outlets, DeploymentOptions, AlarmOptions {
  /**
   * What is watched: references, names in full, and globs (`/app/*`, `!/app/debug-*`), which take log groups that
   * come into being later too.
   */
  logGroups: readonly (ILogGroup | string)[];
  /**
   * Watch by the one subscription policy that an account has in a Region, which takes every log group at once and no
   * filter of theirs. `logGroups` must then be `*`, with full names to exclude.
   */
  accountPolicy?: boolean;
  /**
   * The document: a file, a folder or a glob, from the working directory. A deployment applies what changed in it since
   * the last one; what people tuned by hand stays, and is reported as drift. Without it, `tocsin apply` brings the rules.
   */
  config?: string;
  /**
   * Hosts that webhooks may go to (`open.feishu.cn`, `*.example.com`); by default any that is not internal. One that is
   * named in full may be internal.
   */
  allowedHosts?: readonly string[];
  /** What becomes of the two tables when the stack is deleted; by default they stay. */
  removalPolicy?: RemovalPolicy;
  /**
   * Whether messages have links to look at, acknowledge and silence alerts, on a public address that believes signed
   * links only; by default they have.
   */
  responder?: boolean;
  /**
   * Minutes between two lines that must take the whole way from a log group to a delivery (to nobody), else an alarm is
   * raised; by default 5, 0 for none.
   */
  heartbeatMinutes?: number;
  /**
   * A message to people, every day at the same time, that tocsin is alive: it takes the whole way from a log group to a
   * receiver of the document, and its absence is what they notice. By default there is none. At 09:00 of the document's
   * time zone where `at` and `timeZone` say nothing else.
   */
  alive?: AliveOptions;
  /**
   * Concurrent executions reserved for the matcher and not exceeded. By default it takes what the account has left:
   * reserving fails in accounts with a small quota. The functions behind queues are bounded by the topology.
   */
  matcherConcurrency?: number;
  /** The same for the responder, which everybody can call. */
  responderConcurrency?: number;
}

/**
 * Looks at what needs no deployment to be known.
 * @throws OptionError where a prop cannot work, naming it
 */
export function checkProps(props: TocsinProps): void {
  identitiesOf(props);
  checkLists(props);
  checkConcurrency(props);
  const { alive, config, heartbeatMinutes = HEARTBEAT_MINUTES_DEFAULT } = props;
  if (config !== undefined && (typeof config !== 'string' || config === ''))
    throw new OptionError(`config: ${JSON.stringify(config)} is none; expected a file, a folder or a glob.`);
  if (alive !== undefined) checkAlive(alive);
  if (!Number.isInteger(heartbeatMinutes) || heartbeatMinutes < 0 || heartbeatMinutes > 60)
    throw new OptionError(
      `heartbeatMinutes: ${heartbeatMinutes} is none; expected whole minutes from 1 to 60, or 0 for no heartbeat.`,
    );
}

/** Whoever writes JavaScript, or reads a value from elsewhere, is told as much as the compiler tells others. */
function checkLists(props: TocsinProps): void {
  const { logGroups, allowedHosts, alarmEmails, identities, eventBuses } = props;
  const lists = { logGroups, allowedHosts, alarmEmails, identities, eventBuses };
  for (const [name, list] of Object.entries(lists))
    if (list !== undefined && !Array.isArray(list))
      throw new OptionError(`${name}: ${JSON.stringify(list)} is no list; expected one, in [ ].`);
  if (logGroups === undefined || logGroups.length === 0)
    throw new OptionError(
      'logGroups: there is none; expected names of log groups, or globs such as "/app/*".',
    );
  for (const logGroup of logGroups)
    if (typeof logGroup !== 'string' && typeof logGroup?.logGroupName !== 'string')
      throw new OptionError(`logGroups: ${logGroup} is none; expected a name, a glob or a log group.`);
  for (const address of alarmEmails ?? [])
    if (!Token.isUnresolved(address) && !MAIL_ADDRESS.test(address))
      throw new OptionError(`alarmEmails: "${address}" is no mail address; expected "ops@example.com".`);
  if (allowedHosts?.length === 0)
    throw new OptionError('allowedHosts: the list is empty; expected host names, or no list at all.');
  for (const host of allowedHosts ?? [])
    if (!/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(host))
      throw new OptionError(`allowedHosts: "${host}" is no host name; expected one like "open.feishu.cn".`);
}

function checkConcurrency({ matcherConcurrency, responderConcurrency }: TocsinProps): void {
  for (const [name, count] of Object.entries({ matcherConcurrency, responderConcurrency }))
    if (count !== undefined && !Token.isUnresolved(count) && !(Number.isInteger(count) && count >= 1))
      throw new OptionError(`${name}: ${count} is none; expected a whole number from 1 up.`);
}

function checkAlive(alive: AliveOptions): void {
  const { receiver } = alive;
  if (typeof receiver !== 'string' || receiver === '')
    throw new OptionError('alive: it names no receiver; expected one of the document, { receiver: "ops" }.');
  dailyTimeOf(alive);
}

/** The daily message comes by the clock of the document, where nothing else is said. */
export function inZoneOf(document: Loaded | null, { alive, ...props }: TocsinProps): TocsinProps {
  if (alive === undefined) return props;
  const { timeZone } = document?.document.configuration.settings ?? { timeZone: 'UTC' };
  return { ...props, alive: { timeZone, ...alive } };
}

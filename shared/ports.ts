/**
 * What the domain needs from outside. `memory/` implements these for the simulation, the backtest and tests,
 * `aws/` for DynamoDB, SQS, SES and Secrets Manager; both pass the same contract suite (test/contract).
 */

/** Milliseconds since the epoch, processing time. */
export type Clock = () => number;

// ---------------------------------------------------------------------------------------------- Table

/** DynamoDB's native types: strings, numbers, booleans, null, lists, maps, and sets of strings. */
export type Value =
  | string
  | number
  | boolean
  | null
  | Value[]
  | { [name: string]: Value }
  | ReadonlySet<string>;

export interface Key {
  pk: string;
  sk: string;
}

export type Item = Key & Record<string, Value>;

export interface DueKey extends Key {
  /** Processing time, ms. */
  dueAt: number;
}

/** One comparison of a top-level attribute. `contains`/`lacks` ask a string set. An absent attribute fails all but `absent`, `lacks` and `!=`. */
export type Clause =
  | { attribute: string; is: 'absent' | 'present' }
  | { attribute: string; is: '=' | '!=' | '<' | '<=' | '>' | '>='; value: string | number | boolean }
  | { attribute: string; is: 'contains' | 'lacks'; value: string };

/** Any of the alternatives, each a conjunction. */
export type Condition = Clause[][];

export interface Change {
  set?: Record<string, Value>;
  remove?: string[];
  /** Numbers are added, string sets united; an absent attribute starts empty. */
  add?: Record<string, number | ReadonlySet<string>>;
}

export interface Query {
  pk: string;
  /** Inclusive bounds on `sk`. */
  from?: string;
  to?: string;
  descending?: boolean;
  limit?: number;
}

/**
 * A table keyed by `pk` and `sk`, all reads strongly consistent. Items that carry `dueShard` (string) and
 * `dueAt` (ms) stand in the sparse due index. Items that carry `ttl` (epoch seconds) vanish some time after it.
 * Every method may throw a `PortError`.
 */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  query(query: Query): Promise<Item[]>;
  /** Creates or changes an item; `undefined` where the condition did not hold, else the whole new item. */
  update(key: Key, change: Change, condition?: Condition): Promise<Item | undefined>;
  /** Replaces an item; false where the condition did not hold. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  /** Removes an item; false where the condition did not hold. */
  delete(key: Key, condition?: Condition): Promise<boolean>;
  /** What has `dueAt` ≤ `until`, earliest first, eventually consistent: re-read before acting. */
  due(shard: string, until: number, limit: number): Promise<DueKey[]>;
  /** Every item; for small tables only (the configuration). */
  scan(): Promise<Item[]>;
}

/** What one call to a table consumed, in DynamoDB's capacity units. */
export interface Consumed {
  operation: 'get' | 'query' | 'update' | 'put' | 'delete' | 'due' | 'scan';
  readUnits: number;
  /** Of the table and its index together. */
  writeUnits: number;
}

/** Takes note of what a call consumed, refused conditions included; must not throw. */
export type Meter = (consumed: Consumed) => void;

// ---------------------------------------------------------------------------------------------- Queue

export interface Outgoing<Message> {
  body: Message;
  /** Not delivered before this processing time, ms; rounded up to seconds and cut at 15 minutes by SQS. */
  notBefore?: number;
  /** Fair-queue group. */
  group?: string;
}

/** At-least-once, unordered. Resolves once every message is accepted, throws a `PortError` otherwise. */
export interface Queue<Message> {
  send(messages: Outgoing<Message>[]): Promise<void>;
}

// ---------------------------------------------------------------------------------------------- The outside

export interface HttpRequest {
  method: 'POST' | 'GET';
  url: string;
  headers: Record<string, string>;
  body: string;
  timeoutMs: number;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Cut at 64 KB. */
  body: string;
}

/** Sends one request, follows no redirect. Throws a `PortError` where no answer came. */
export interface HttpTransport {
  request(request: HttpRequest): Promise<HttpResponse>;
}

export interface Mail {
  from: string;
  to: string[];
  cc: string[];
  replyTo: string[];
  subject: string;
  text: string;
  html: string;
  headers: { name: string; value: string }[];
  tags: { name: string; value: string }[];
  /** Shown within the HTML, which names them `cid:ID`. */
  pictures: { id: string; fileName: string; png: Uint8Array }[];
}

/** Hands one mail over. Throws a `PortError` whose code is the service's own error name. */
export interface Mailer {
  send(mail: Mail, timeoutMs: number): Promise<{ messageId: string }>;
}

/** Hands text messages over. Throws a `PortError` whose code is the service's own error name. */
export interface TextMessages {
  /** `to`: a phone number in E.164 form. */
  send(to: string, text: string, timeoutMs: number): Promise<{ messageId: string }>;
}

/** An event for an event bus. */
export interface BusEvent {
  detailType: string;
  /** A JSON object. */
  detail: string;
  /** ms */
  time: number;
}

/** Puts events on a bus, which may take some of them and refuse others. Throws a `PortError` where it takes none. */
export interface EventBus {
  /** `bus`: a name or an ARN. Answers for each event, in order: null, or why it was refused. */
  put(bus: string, events: BusEvent[], timeoutMs: number): Promise<(PortError | null)[]>;
}

/** Gives turns to what is sent to one address, so that it is not sent more than it takes. May throw a `PortError`. */
export interface Pace {
  /** 0: it is its turn at `now` (ms), which is taken with that; otherwise how long to wait before asking again, ms. */
  take(address: string, rate: { everyMs: number; burst: number }, now: number): Promise<number>;
}

/** Hands one mail to an SMTP server. Throws a `PortError` whose code is `Smtp` and the answer's, such as `Smtp550`. */
export interface SmtpSender {
  /** `server`: its address with user and password, a secret as a whole. */
  send(server: string, mail: Mail, timeoutMs: number): Promise<{ messageId: string }>;
}

/** Resolves `secret:NAME[#key]`. Throws a `PortError` with code `SecretNotFound` where there is none. */
export interface Secrets {
  get(name: string, key: string | null): Promise<string>;
}

// ---------------------------------------------------------------------------------------------- Log groups

/** What hands the events of a log group to a function. */
export interface SubscriptionFilter {
  name: string;
  destinationArn: string;
}

/** What hands the events of all log groups of an account to a function, but for some. */
export interface AccountSubscription {
  name: string;
  destinationArn: string;
  /** Names in full; null: which ones it leaves out could not be read. */
  except: string[] | null;
}

/** The log groups of one account and Region, as far as subscriptions go. Every method may throw a `PortError`. */
export interface LogGroups {
  /** Names that start with `prefix` and can be subscribed, page by page; those of classes without subscriptions are left out. */
  list(prefix: string): AsyncIterable<string[]>;
  filtersOf(logGroup: string): Promise<SubscriptionFilter[]>;
  /** Those of the account; log groups show nothing of them. */
  accountSubscriptions(): Promise<AccountSubscription[]>;
  /** Hands every event of the log group to the destination; replaces a filter of the same name. */
  subscribe(logGroup: string, filter: SubscriptionFilter): Promise<void>;
  /** Does nothing where there is no such filter or no such log group. */
  unsubscribe(logGroup: string, filterName: string): Promise<void>;
}

/**
 * A call to the outside that failed. `code` is data to decide by: the service's error name, or for the network
 * `Timeout`, `ConnectionReset`, `ConnectionRefused`, `NameNotFound`, `Forbidden`. `message` never holds a secret.
 */
export class PortError extends Error {
  readonly code: string;
  /** HTTP status, where there was one. */
  readonly status: number | undefined;
  /** Passing the call again later may succeed. */
  readonly transient: boolean;

  constructor(
    code: string,
    message: string,
    options: { status?: number | undefined; transient: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.name = 'PortError';
    this.code = code;
    this.status = options.status;
    this.transient = options.transient;
  }
}

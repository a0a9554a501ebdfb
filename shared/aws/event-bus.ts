import type { EventBridgeClient, EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import { type BusEvent, type EventBus, PortError } from '../ports.ts';
import { asPortError } from './port-error.ts';

const SOURCE = 'tocsin';
/** Of an entry's error codes, those that pass (Amazon EventBridge API, "PutEvents": errors of entries). */
const PASSING = new Set([
  'ThrottlingException',
  'InternalFailure',
  'InternalException',
  'ServiceUnavailable',
]);

/** The `EventBus` port on EventBridge, whose client is loaded with the first event. */
export class EventBridgeBus implements EventBus {
  readonly #config: EventBridgeClientConfig;
  #client: EventBridgeClient | undefined;

  constructor(config: EventBridgeClientConfig) {
    this.#config = config;
  }

  async put(bus: string, events: BusEvent[], timeoutMs: number): Promise<(PortError | null)[]> {
    const { EventBridgeClient: Client, PutEventsCommand } = await import('@aws-sdk/client-eventbridge');
    this.#client ??= new Client(this.#config);
    const entries = events.map(({ detailType, detail, time }) => ({
      EventBusName: bus,
      Source: SOURCE,
      DetailType: detailType,
      Detail: detail,
      Time: new Date(time),
    }));
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await this.#client.send(new PutEventsCommand({ Entries: entries }), {
        abortSignal: deadline,
      });
      if ((answer.FailedEntryCount ?? 0) === 0) return events.map(() => null);
      return events.map((_, index) => refusalOf(answer.Entries?.[index]));
    } catch (error) {
      throw asPortError('EventBridge', error, deadline.aborted ? timeoutMs : null);
    }
  }
}

/** An entry that was taken has an id. */
function refusalOf(
  entry: { ErrorCode?: string | undefined; ErrorMessage?: string | undefined } | undefined,
): PortError | null {
  if (entry?.ErrorCode === undefined) return null;
  const message = `EventBridge refused an event: ${entry.ErrorMessage ?? entry.ErrorCode}`;
  return new PortError(entry.ErrorCode, message, { transient: PASSING.has(entry.ErrorCode) });
}

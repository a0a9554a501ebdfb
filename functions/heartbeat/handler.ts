/** What EventBridge Scheduler invokes it with once a day; without, it is a beat. */
interface Daily {
  /** When the message is due, the same at every try. */
  alive: string;
}

/**
 * Lambda hands what is written here to CloudWatch Logs: from there it takes the way of every log event. Standard output
 * itself, for `console.log` puts the request's id before the line there, and it would be no JSON.
 */
export const handler = async (event?: unknown): Promise<void> => {
  const line = isDaily(event)
    ? { tocsin: 'alive', due: event.alive }
    : { tocsin: 'heartbeat', beat: new Date(Date.now()).toISOString() };
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

function isDaily(event: unknown): event is Daily {
  return typeof (event as Partial<Daily> | null | undefined)?.alive === 'string';
}

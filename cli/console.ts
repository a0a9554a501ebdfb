import { parseArgs } from 'node:util';
import { type RunningConsole, startConsole } from '../infra/console/server.ts';
import { billOf } from './cost/so-far.ts';
import { type Connection, inPlace, PLACE_OPTIONS, PLACE_USAGE } from './place/connection.ts';
import { queuesOf } from './place/queues.ts';
import { whoApplies } from './place/who.ts';
import type { Command, Io } from './terminal/io.ts';
import { outsideFailure } from './terminal/outside-failure.ts';
import { portNumber } from './terminal/port-number.ts';

const USAGE = `tocsin console [--stack NAME | --local URL] [--port PORT]

Opens the page on this machine, with your own AWS credentials: what fires, with acknowledge and silence; every rule with
what it counts, and what another threshold would have done; a place to try patterns; silences, deliveries, the system.
It listens on 127.0.0.1 only. The link on the terminal opens it, once: whoever else is on this machine can neither
look nor act.

${PLACE_USAGE}
  --port PORT          the port to listen on (default: any free one)
  --json               prints {"type":"ready","link":…} once it is up

Examples:
  tocsin console --stack Tocsin --region eu-central-1
  tocsin console --profile oncall --port 8090
`;

/** Every look costs a few reads of the state table. */
const LOOK_EVERY_MS = 5_000;

async function run(argv: string[], io: Io): Promise<number> {
  const options = { ...PLACE_OPTIONS, port: { type: 'string' }, json: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: argv, options });
  const port = portNumber('port', values.port ?? '0');
  return await inPlace(values, async (place) => {
    const queues = await queuesOf(place);
    const console = await open(place, queues, port, io);
    try {
      const link = console.newLink();
      await io.stdout(
        values.json === true
          ? `${JSON.stringify({ type: 'ready', link })}\n`
          : `the console of ${place.name}: open this link, it works once\n\n  ${link}\n\nCtrl-C ends it.\n`,
      );
      await untilInterrupted();
      return 0;
    } finally {
      await console.stop();
      queues.close();
    }
  });
}

async function open(
  { config, state, name, local }: Connection,
  queues: Awaited<ReturnType<typeof queuesOf>>,
  port: number,
  io: Io,
): Promise<RunningConsole> {
  return await startConsole({
    place: {
      name,
      config,
      state,
      queues,
      clock: Date.now,
      author: whoApplies(io.env),
      isOpen: false,
      stack: { urls: local?.urls ?? {}, tables: {} },
      journal: null,
      bill: billOf,
      lookEveryMs: LOOK_EVERY_MS,
    },
    port,
    showLink: (link) => void io.stdout(`\n  ${link}\n`),
    failed: (error) => {
      const known = error instanceof Error ? outsideFailure(error) : null;
      io.stderr(`tocsin console: ${known ?? (error instanceof Error ? error.message : String(error))}\n`);
    },
  });
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve());
  });
}

export const command: Command = {
  name: 'console',
  summary: 'the page on this machine, with your own AWS credentials',
  usage: USAGE,
  run,
};

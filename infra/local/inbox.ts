import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as sesV2Local from 'aws-ses-v2-local';
import { closeServer } from './close-server.ts';
import type { Running } from './dynamo.ts';

/** Starts the embedded SES with its web view of the mails. It keeps them per process, in memory. */
export async function startInbox(): Promise<Running> {
  const server = await startServer()({ host: '127.0.0.1', port: 0 });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => closeServer(server),
  };
}

type StartServer = (config: { host: string; port: number }) => Promise<Server>;

/** The package is CommonJS with a default export: Node and test runners wrap it once or twice. */
function startServer(): StartServer {
  let unwrapped: unknown = sesV2Local;
  while (typeof unwrapped === 'object' && unwrapped !== null && 'default' in unwrapped)
    unwrapped = unwrapped.default;
  return unwrapped as StartServer;
}

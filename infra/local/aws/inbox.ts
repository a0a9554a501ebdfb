import type { Server } from 'node:http';
import * as sesV2Local from 'aws-ses-v2-local';
import { clearStore, getStoreReadonly } from 'aws-ses-v2-local/dist/store.js';
import { listening, type Running } from '../../http/listen.ts';
import { refuseOtherPages } from '../../http/web-pages.ts';

/** A mail with its picture takes up to 100 kB, and the process may run for a year. */
const MAILS_KEPT = 500;

/** Starts the embedded SES with its web view of the newest mails. It keeps them per process, in memory. */
export async function startInbox(mailsKept = MAILS_KEPT): Promise<Running> {
  // An inbox that ran here before leaves its mails behind.
  clearStore();
  const server = await startServer()({ host: '127.0.0.1', port: 0 });
  refuseOtherPages(server);
  server.on('request', (_request, response) => response.once('finish', () => dropOldest(mailsKept)));
  return listening(server);
}

function dropOldest(mailsKept: number): void {
  const { emails } = getStoreReadonly();
  emails.splice(0, emails.length - mailsKept);
}

type StartServer = (config: { host: string; port: number }) => Promise<Server>;

/** The package is CommonJS with a default export: Node and test runners wrap it once or twice. */
function startServer(): StartServer {
  let unwrapped: unknown = sesV2Local;
  while (typeof unwrapped === 'object' && unwrapped !== null && 'default' in unwrapped)
    unwrapped = unwrapped.default;
  return unwrapped as StartServer;
}

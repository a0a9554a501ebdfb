/** Servers of this machine: where one listens, and how it ends. */
import type { Server as HttpServer } from 'node:http';
import type { Server } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** Something that answers at a URL until it is stopped. */
export interface Running {
  /** `http://127.0.0.1:PORT` */
  url: string;
  stop(): Promise<void>;
}

/** A server that listens. */
export interface Listening extends Running {
  port: number;
}

/**
 * Lets a server listen, by default on any free port of this machine alone. Stopping it ends every connection, hanging
 * ones included.
 * @throws Error with a `code` such as `EADDRINUSE` where the port cannot be had
 */
export async function listen(server: HttpServer, port = 0, host = LOOPBACK): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return listening(server);
}

/** The same of a server that something else has let listen. */
export function listening(server: HttpServer): Listening {
  const { address, port } = boundTo(server);
  const host = address.includes(':') ? `[${address}]` : address;
  return { url: `http://${host}:${port}`, port, stop: () => close(server) };
}

/** The address that a server listens at. @throws Error where it listens at none, or on a pipe */
export function boundTo(server: Server): { address: string; port: number } {
  const bound = server.address();
  if (bound === null || typeof bound === 'string')
    throw new Error(`The server listens at ${bound ?? 'no address'}, expected an address and a port.`);
  return bound;
}

function close(server: HttpServer): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}

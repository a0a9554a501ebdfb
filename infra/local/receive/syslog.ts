/** Listens for syslog: datagrams (RFC 5426), and streams with counted or newline-ended messages (RFC 6587). */

import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import { errorCode } from '../../../shared/error-code.ts';
import { chunksOf } from '../../http/body.ts';
import { boundTo, type Running } from '../../http/listen.ts';
import { eventIdAt } from '../event-ids.ts';
import type { LogOrigin } from '../intake.ts';
import { Lost } from '../lost.ts';
import type { ReceivedEvent, TakeReceived } from './http.ts';
import { readSyslog } from './syslog-message.ts';

export interface SyslogOptions {
  host: string;
  port: number;
  take: TakeReceived;
  clock: () => number;
  failed: (error: unknown) => void;
}

const MESSAGE_BYTES_MAX = 64 * 1024;
/** More connections than senders have, fewer than the process may have files open. */
const CONNECTIONS_MAX = 512;
const GONE: ReadonlySet<string> = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE']);
/** Datagrams that wait, and how long they are together; a sender does not, so that more are lost, and that is said. */
const WAITING_MAX = 10_000;
const WAITING_BYTES_MAX = 16 * 1024 * 1024;

/** @throws Error where the port is taken, for datagrams or for streams */
export async function startSyslog(options: SyslogOptions): Promise<Running> {
  const listener = new SyslogListener(options);
  const streams = createServer((socket) => void listener.readStream(socket).catch(options.failed));
  streams.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    streams.once('error', reject);
    streams.listen(options.port, options.host, resolve);
  });
  const { port } = boundTo(streams);
  const datagrams = createSocket(options.host.includes(':') ? 'udp6' : 'udp4');
  datagrams.on('message', (bytes) => listener.datagram(bytes));
  await new Promise<void>((resolve, reject) => {
    datagrams.once('error', reject);
    datagrams.bind(port, options.host, resolve);
  }).catch((error: unknown) => {
    streams.close();
    throw error;
  });
  return {
    url: `syslog://${options.host}:${port}`,
    async stop() {
      await new Promise<void>((resolve) => datagrams.close(() => resolve()));
      listener.hangUp();
      await new Promise<void>((resolve) => streams.close(() => resolve()));
      await listener.settled();
    },
  };
}

class SyslogListener {
  readonly #options: SyslogOptions;
  readonly #run: string;
  readonly #sockets = new Set<Socket>();
  #number = 0;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #working: Promise<void> | undefined;

  constructor(options: SyslogOptions) {
    this.#options = options;
    this.#run = `syslog|${process.pid}|${options.clock()}`;
  }

  datagram(bytes: Buffer): void {
    if (this.#waiting.length >= WAITING_MAX || this.#waitingBytes + bytes.length > WAITING_BYTES_MAX)
      this.#lost += 1;
    else {
      this.#waiting.push(bytes.toString('utf8'));
      this.#waitingBytes += bytes.length;
    }
    this.#working ??= this.#drain().finally(() => {
      this.#working = undefined;
    });
  }

  async settled(): Promise<void> {
    await this.#working;
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** One batch at a time: the sender waits in its socket meanwhile. */
  async readStream(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    let rest: Buffer = Buffer.alloc(0);
    try {
      for await (const chunk of chunksOf(socket)) {
        const { messages, left } = messagesIn(Buffer.concat([rest, chunk]));
        rest = left;
        await this.#take(messages);
      }
      if (rest.length > 0) await this.#take([rest.toString('utf8')]);
    } catch (error) {
      // A sender that goes away in the middle of a message is nothing to report.
      if (!GONE.has(errorCode(error) ?? '')) throw error;
    } finally {
      this.#sockets.delete(socket);
    }
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      const texts = this.#waiting;
      this.#waiting = [];
      this.#waitingBytes = 0;
      await this.#take(texts).catch(this.#options.failed);
    }
    if (this.#lost === 0) return;
    this.#options.failed(new Lost(`${this.#lost} datagrams of syslog came too fast and are lost.`));
    this.#lost = 0;
  }

  async #take(texts: readonly string[]): Promise<void> {
    const groups = new Map<string, [origin: LogOrigin, events: ReceivedEvent[]]>();
    for (const text of texts.filter((each) => each.trim() !== '')) {
      const { message, timestamp, host, app } = readSyslog(text);
      this.#number += 1;
      const id = eventIdAt(this.#number, `${this.#run}|${this.#number}`);
      const name = (app ?? 'other').replace(/[^\w./#-]/g, '_');
      const origin = { logGroup: `/syslog/${name}`, logStream: host ?? 'host' };
      const key = `${origin.logGroup}|${origin.logStream}`;
      const group = groups.get(key) ?? [origin, []];
      groups.set(key, group);
      group[1].push({ id, message, timestamp });
    }
    for (const [origin, events] of groups.values()) await this.#options.take(origin, events);
  }
}

const COUNTED = /^(\d{1,6}) </;

/** Whole messages of a stream, and the bytes of one that is not whole yet. */
function messagesIn(bytes: Buffer): { messages: string[]; left: Buffer } {
  const messages: string[] = [];
  let left = bytes;
  while (left.length > 0) {
    const end = endOf(left);
    if (end === null) break;
    messages.push(left.toString('utf8', end.from, end.to));
    left = left.subarray(end.next);
  }
  return { messages, left };
}

function endOf(bytes: Buffer): { from: number; to: number; next: number } | null {
  const counted = COUNTED.exec(bytes.toString('latin1', 0, 8));
  if (counted !== null) {
    const from = (counted[1] ?? '').length + 1;
    const to = from + Math.min(Number(counted[1]), MESSAGE_BYTES_MAX);
    return bytes.length < to ? null : { from, to, next: to };
  }
  const newline = bytes.indexOf(0x0a);
  if (newline !== -1) return { from: 0, to: newline, next: newline + 1 };
  return bytes.length < MESSAGE_BYTES_MAX ? null : { from: 0, to: bytes.length, next: bytes.length };
}

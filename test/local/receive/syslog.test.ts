import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSyslog } from '../../../infra/local/receive/syslog.ts';
import { readSyslog } from '../../../infra/local/receive/syslog-message.ts';

describe('a message of syslog', () => {
  it.each([
    [
      '<34>1 2026-11-21T02:00:00.5Z web1 su - ID47 - \uFEFFsu root failed',
      { message: 'FATAL su root failed', timestamp: 1795226400500, host: 'web1', app: 'su' },
    ],
    [
      '<165>1 2026-11-21T02:00:00Z - evntslog - - [a@1 x="]" y="\\""][b@1] text',
      { message: 'text', timestamp: 1795226400000, host: null, app: 'evntslog' },
    ],
    [
      '<11>Nov 21 02:00:00 web1 sshd[42]: Failed',
      { message: 'ERROR Failed', timestamp: null, host: 'web1', app: 'sshd' },
    ],
    [
      '<14>2026-11-21T02:00:00+08:00 web1 app: hi',
      { message: 'hi', timestamp: null, host: 'web1', app: 'app' },
    ],
    ['whatever this is', { message: 'whatever this is', timestamp: null, host: null, app: null }],
    ['<3>', { message: 'ERROR ', timestamp: null, host: null, app: null }],
  ])('%s', (line, read) => {
    expect(readSyslog(line)).toEqual(read);
  });
});

describe('a listener', () => {
  let taken: { logGroup: string; logStream: string; message: string; id: string }[];
  let arrived: () => void;
  let syslog: Awaited<ReturnType<typeof startSyslog>>;

  beforeEach(async () => {
    taken = [];
    arrived = () => {};
    syslog = await startSyslog({
      host: '127.0.0.1',
      port: 0,
      clock: () => 1,
      failed: (error) => {
        throw error;
      },
      take: async (origin, events) => {
        taken.push(...events.map(({ message, id }) => ({ ...origin, message, id })));
        arrived();
        return true;
      },
    });
  });
  afterEach(() => syslog.stop());

  const port = () => Number(syslog.url.split(':').at(-1));
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      arrived = () => taken.length >= count && resolve();
      arrived();
    });

  it('takes datagrams', async () => {
    const socket = createSocket('udp4');
    socket.send('<11>Nov 21 02:00:00 web1 sshd[42]: Failed password\n', port(), '127.0.0.1');
    await until(1);
    socket.close();
    expect(taken).toMatchObject([
      { logGroup: '/syslog/sshd', logStream: 'web1', message: 'ERROR Failed password' },
    ]);
  });

  it('takes streams: counted messages that hold line ends, and lines, cut anywhere', async () => {
    const counted = '<14>1 - h app - - - one\n  more of it';
    const bytes = Buffer.from(
      `${counted.length} ${counted}<14>1 - h app - - - two\n<14>1 - h app - - - 雪\n`,
    );
    const socket = connect(port(), '127.0.0.1');
    for (let at = 0; at < bytes.length; at += 7) socket.write(bytes.subarray(at, at + 7));
    await until(3);
    socket.end();
    expect(taken.map(({ message }) => message)).toEqual(['one\n  more of it', 'two', '雪']);
    expect(new Set(taken.map(({ id }) => id)).size).toBe(3);
  });

  it('takes the end of a stream that ends without one', async () => {
    const socket = connect(port(), '127.0.0.1');
    socket.end('<14>1 - h app - - - last');
    await until(1);
    expect(taken[0]?.message).toBe('last');
  });
});

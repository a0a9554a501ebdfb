import { describe, expect, it } from 'vitest';
import { journalEvents } from '../../../infra/local/receive/journal.ts';

const entry = (fields: Record<string, unknown>) =>
  JSON.stringify({
    __CURSOR: `s=1;i=${JSON.stringify(fields).length}`,
    __REALTIME_TIMESTAMP: '1795226400123456',
    _HOSTNAME: 'shop',
    ...fields,
  });

function read(...lines: string[]) {
  const refused: string[] = [];
  return { groups: journalEvents(lines, 99, (line) => refused.push(line)), refused };
}

describe('entries of the journal', () => {
  it('belong to the log group of their unit, with their own time', () => {
    const { groups } = read(
      entry({ _SYSTEMD_UNIT: 'sshd.service', MESSAGE: 'Failed password' }),
      entry({ SYSLOG_IDENTIFIER: 'kernel', MESSAGE: 'oops' }),
    );
    expect(groups).toMatchObject([
      {
        origin: { logGroup: '/journal/sshd.service', logStream: 'shop' },
        events: [{ timestamp: 1795226400123, message: 'Failed password' }],
      },
      { origin: { logGroup: '/journal/kernel' }, events: [{ message: 'oops' }] },
    ]);
  });

  it('are known by their cursor, should they come again', () => {
    const line = entry({ MESSAGE: 'once' });
    const ids = [read(line), read(line)].map(({ groups }) => groups[0]?.events[0]?.id);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toHaveLength(56);
  });

  it('of one time sort as they were written', () => {
    const ids = [9, 10, 255, 256, 4096].map((number) => {
      const { groups } = read(entry({ __CURSOR: `s=a1;i=${number.toString(16)};b=c3`, MESSAGE: 'm' }));
      return groups[0]?.events[0]?.id ?? '';
    });
    expect(ids).toEqual([...ids].sort());
  });

  it('may be bytes', () => {
    const { groups } = read(entry({ MESSAGE: [...Buffer.from('bad \u0007 bell')] }));
    expect(groups[0]?.events[0]?.message).toBe('bad \u0007 bell');
  });

  it('are told apart from what is none', () => {
    const { groups, refused } = read('no json', '{"MESSAGE":null}', entry({ MESSAGE: 'one' }));
    expect(groups).toHaveLength(1);
    expect(refused).toEqual(['no json', '{"MESSAGE":null}']);
  });
});

import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../shared/channels/message.ts';
import { sampleAlert, sampleNotification } from './sample-notification.ts';

const reader = (locale: 'en' | 'zh-CN') => ({ locale, timeZone: 'UTC' });
const notes = (reason: string, locale: 'en' | 'zh-CN' = 'en') =>
  composeMessage(sampleNotification({ reason }), reader(locale)).notes;

describe('a message says why it comes', () => {
  const ended = 'silence s1 (Wei: x) ended: 1 alert began meanwhile, 2 alerts still firing';

  it('where quiet ends or somebody is told in place of others', () => {
    expect(notes(ended)).toEqual([ended]);
    expect(notes(ended, 'zh-CN')).toEqual(['静默 s1 (Wei: x) 结束：期间新增 1 条告警，仍有 2 条告警中']);
    expect(notes('escalated: nobody acknowledged within 15m')).toHaveLength(1);
    expect(notes('first notification of the group')).toEqual([]);
  });

  it('on one line and bounded, whatever a comment holds', () => {
    const [note = ''] = notes(`silence s1 (Wei: ${'x\n'.repeat(2000)}) ended: 1 alert began meanwhile`);
    expect(note).not.toContain('\n');
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(610);
  });

  it('and of an alert that it flaps', () => {
    const flapping = sampleAlert({ flapping: { transitions: 7, withinMs: 3_600_000 } });
    const [alert] = composeMessage(sampleNotification({ alerts: [flapping] }), reader('en')).alerts;
    expect(alert?.notes).toContain('Flapping: it began and ended 7 times within 1h. This is said once.');
  });
});

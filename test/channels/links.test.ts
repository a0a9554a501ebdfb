import { describe, expect, it } from 'vitest';
import type { Notification } from '../../shared/alerts/notification.ts';
import { renderMail } from '../../shared/channels/email/mail.ts';
import { renderCard } from '../../shared/channels/feishu/card.ts';
import { DETAILS } from '../../shared/channels/feishu/detail.ts';
import { composeMessage } from '../../shared/channels/message.ts';
import { emailSettings, resolvedAlert, sampleAlert, sampleNotification } from './sample-notification.ts';

const OPEN = {
  view: 'https://x.example.com/view',
  acknowledge: 'https://x.example.com/ack',
  silence: 'https://x.example.com/silence',
};
const OVER = { view: 'https://x.example.com/view', acknowledge: null, silence: null };

function addresses(notification: Notification, locale: 'en' | 'zh-CN'): string[] {
  const detail = DETAILS[0];
  if (detail === undefined) throw new Error('There is no detail.');
  const style = { rich: true, mentions: [], keyword: null };
  const card = JSON.stringify(
    renderCard(composeMessage(notification, { locale, timeZone: 'UTC' }), style, detail),
  );
  return [
    ...card.matchAll(
      /"content":"([^"]*)"[^{}]*\},"type":"[^"]*","behaviors":\[\{[^}]*"default_url":"(https:\/\/x[^"]*)"/g,
    ),
  ].map(([, label, url]) => `${label}: ${url}`);
}

describe('links in messages', () => {
  it('let one acknowledge, silence and look from the card, in the reader’s language', () => {
    const notification = sampleNotification({ alerts: [sampleAlert({ links: OPEN })] });
    expect(addresses(notification, 'en')).toEqual([
      `Acknowledge: ${OPEN.acknowledge}`,
      `Silence for 1h: ${OPEN.silence}`,
      `Alert page: ${OPEN.view}`,
    ]);
    expect(addresses(notification, 'zh-CN')[0]).toBe(`确认: ${OPEN.acknowledge}`);
  });

  it('offer no act on what is over', () => {
    const notification = sampleNotification({ status: 'resolved', alerts: [resolvedAlert({ links: OVER })] });
    expect(addresses(notification, 'en')).toEqual([`Alert page: ${OVER.view}`]);
  });

  it('are fewer for each of several alerts', () => {
    const alerts = ['a', 'b'].map((fingerprint) => sampleAlert({ fingerprint, links: OPEN }));
    expect(addresses(sampleNotification({ alerts }), 'en')).toEqual([
      `Acknowledge: ${OPEN.acknowledge}`,
      `Alert page: ${OPEN.view}`,
      `Acknowledge: ${OPEN.acknowledge}`,
      `Alert page: ${OPEN.view}`,
    ]);
  });

  it('stand in both parts of a mail', () => {
    const notification = sampleNotification({ alerts: [sampleAlert({ links: OPEN })] });
    const { html, text } = renderMail(notification, emailSettings(), 'alerts@example.com', 'UTC');
    for (const url of Object.values(OPEN)) {
      expect(html).toContain(`href="${url}"`);
      expect(text).toContain(`\n${url}\n`);
    }
  });
});

describe('an acknowledged alert', () => {
  it('says who is at it, and that the name is only claimed', () => {
    const at = Date.UTC(2026, 10, 21, 3);
    const acknowledged = { by: 'Ann <at id=all></at>', at, until: null };
    const notification = sampleNotification({ alerts: [sampleAlert({ acknowledged })] });
    const { html, text } = renderMail(
      notification,
      emailSettings({ locale: 'en' }),
      'alerts@example.com',
      'UTC',
    );
    expect(text).toContain('Acknowledged by Ann <at id=all></at> (as claimed), 2026-11-21 03:00:00 UTC');
    expect(html).toContain('Acknowledged by Ann &lt;at');
    expect(composeMessage(notification, { locale: 'zh-CN', timeZone: 'UTC' }).alerts[0]?.notes[0]).toMatch(
      /（自称）已确认，2026-11-21/,
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { Notification } from '../../shared/alerts/notification.ts';
import { alertmanagerChannel } from '../../shared/channels/alertmanager/channel.ts';
import { alertmanagerSchema } from '../../shared/channels/alertmanager/settings.ts';
import { pagerdutyChannel } from '../../shared/channels/pagerduty/channel.ts';
import { pagerdutySchema } from '../../shared/channels/pagerduty/settings.ts';
import {
  NOON,
  resolvedAlert,
  resolvedNotification,
  sampleAlert,
  sampleNotification,
} from './sample-notification.ts';
import { type Answer, scriptedOutside } from './scripted-outside.ts';

const ACCEPTED: Answer = { status: 202, body: '{"status":"success","dedup_key":"k"}' };

describe('PagerDuty', () => {
  const send = async (notification: Notification, answers: Answer[] = [ACCEPTED], changes: object = {}) => {
    const { context, requests } = scriptedOutside(answers);
    const settings = pagerdutySchema.parse({ routingKey: '0123456789abcdef0123456789abcdef', ...changes });
    const outcome = await pagerdutyChannel.deliver(notification, settings, context);
    return {
      outcome,
      urls: requests.map(({ url }) => url),
      events: requests.map(({ body }) => JSON.parse(body)),
    };
  };
  const incident = 'incident-1';

  it('opens and closes one incident for each of ours', async () => {
    const opened = await send(sampleNotification({ incident }));
    const again = await send(sampleNotification({ incident, id: 'another' }));
    const closed = await send(resolvedNotification({ incident }));
    const events = [opened, again, closed].map(({ events: [event] }) => [
      event.event_action,
      event.dedup_key,
    ]);
    expect(events).toEqual([
      ['trigger', 'tocsin-incident-1'],
      ['trigger', 'tocsin-incident-1'],
      ['resolve', 'tocsin-incident-1'],
    ]);
    expect(opened.outcome).toEqual({ outcome: 'delivered', reference: 'k' });
    expect(opened.events[0].payload).toMatchObject({
      severity: 'critical',
      source: '/app/order-api, /app/order-jobs',
      class: 'order-errors',
    });
  });

  it('acknowledges once everything that fires is acknowledged', async () => {
    const acknowledged = { by: 'wei', at: NOON, until: null };
    const some = await send(sampleNotification({ alerts: [sampleAlert({ acknowledged }), sampleAlert()] }));
    const all = await send(sampleNotification({ alerts: [sampleAlert({ acknowledged }), resolvedAlert()] }));
    expect([some.events[0].event_action, all.events[0].event_action]).toEqual(['trigger', 'acknowledge']);
  });

  it('opens and closes what was over before anybody could be told', async () => {
    const alerts = [resolvedAlert({ alreadyOver: true })];
    const { events } = await send(sampleNotification({ alerts }));
    expect(events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
    const refused = await send(sampleNotification({ alerts }), [{ status: 429 }]);
    expect([refused.outcome.outcome, refused.events.length]).toEqual(['retry', 1]);
  });

  it('goes to Europe where the account lives there', async () => {
    expect((await send(sampleNotification(), [ACCEPTED], { region: 'eu' })).urls).toEqual([
      'https://events.eu.pagerduty.com/v2/enqueue',
    ]);
  });
});

describe('Alertmanager', () => {
  const send = async (notification: Notification, url = 'https://am.example.com/prefix/') => {
    const { context, requests } = scriptedOutside([{}]);
    await alertmanagerChannel.deliver(notification, alertmanagerSchema.parse({ url, locale: 'en' }), context);
    return { url: requests[0]?.url, alerts: JSON.parse(requests[0]?.body ?? '') };
  };

  it('is handed alerts that end when tocsin says so', async () => {
    const { url, alerts } = await send(sampleNotification({ alerts: [sampleAlert(), resolvedAlert()] }));
    expect(url).toBe('https://am.example.com/prefix/api/v2/alerts');
    expect(alerts[0]).toMatchObject({
      labels: { alertname: 'order-errors', service: 'order' },
      startsAt: new Date(NOON - 125_000).toISOString(),
    });
    expect(Date.parse(alerts[0].endsAt)).toBeGreaterThan(NOON + 86_400_000);
    expect(alerts[1].endsAt).toBe(new Date(NOON + 400_000).toISOString());
  });

  it('still has a moment for what is already over, or it would tell nobody', async () => {
    const { alerts } = await send(sampleNotification({ alerts: [resolvedAlert({ alreadyOver: true })] }));
    expect(Date.parse(alerts[0].endsAt)).toBeGreaterThan(NOON);
  });

  it('gets names of labels that every version takes, and each value', async () => {
    const labels = { 'k8s.pod/name': 'a', k8s_pod_name: 'b', '9lives': 'c', 服务: 'd', empty: '' };
    const { alerts } = await send(sampleNotification({ alerts: [sampleAlert({ labels })] }));
    expect(alerts[0].labels).toEqual({
      k8s_pod_name: 'b',
      k8s_pod_name_2: 'a',
      _9lives: 'c',
      __: 'd',
      alertname: 'order-errors',
    });
  });
});

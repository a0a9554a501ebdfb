import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Channel } from '../../shared/channels/channel.ts';
import { dingtalkChannel } from '../../shared/channels/dingtalk/channel.ts';
import { dingtalkSchema } from '../../shared/channels/dingtalk/settings.ts';
import { slackChannel } from '../../shared/channels/slack/channel.ts';
import { slackSchema } from '../../shared/channels/slack/settings.ts';
import { wecomChannel } from '../../shared/channels/wecom/channel.ts';
import { wecomSchema } from '../../shared/channels/wecom/settings.ts';
import { createPace } from '../../shared/deliveries/pace.ts';
import { MemoryTable } from '../../shared/memory/table.ts';
import { NOON, resolvedNotification, sampleAlert, sampleNotification } from './sample-notification.ts';
import { type Answer, scriptedOutside } from './scripted-outside.ts';

const OK: Answer = { body: '{"errcode":0,"errmsg":"ok"}' };

describe('DingTalk', () => {
  const send = async (changes: Record<string, unknown> = {}, notification = sampleNotification()) => {
    const { context, requests } = scriptedOutside([OK], { key: 'SEC0123456789' });
    const webhook = 'https://oapi.dingtalk.com/robot/send?access_token=token';
    const settings = dingtalkSchema.parse({ webhook, locale: 'en', ...changes });
    await dingtalkChannel.deliver(notification, settings, context);
    return { url: new URL(requests[0]?.url ?? ''), body: JSON.parse(requests[0]?.body ?? '') };
  };

  it('is signed by the time and the key', async () => {
    const { url } = await send({ secret: 'secret:key' });
    const expected = createHmac('sha256', 'SEC0123456789').update(`${NOON}\nSEC0123456789`).digest('base64');
    expect(url.searchParams.get('timestamp')).toBe(String(NOON));
    expect(url.searchParams.get('sign')).toBe(expected);
    expect(url.searchParams.get('access_token')).toBe('token');
    expect((await send()).url.searchParams.has('sign')).toBe(false);
  });

  it('mentions by severity, in the text as well, and never once it has resolved', async () => {
    const mention = { critical: ['13800000000', 'user1', 'all'], info: ['user2'] };
    const { body } = await send({ mention });
    expect(body.at).toEqual({ isAtAll: true, atMobiles: ['13800000000'], atUserIds: ['user1'] });
    expect(body.markdown.text).toMatch(/@13800000000 @user1$/);
    const resolved = await send({ mention }, resolvedNotification());
    expect(resolved.body.at).toEqual({ isAtAll: false, atMobiles: [], atUserIds: [] });
    expect((await send({ mention: ['user1'] })).body.at.atUserIds).toEqual(['user1']);
  });

  it('shows the fields that the rule shows, beside the line', async () => {
    const shown = [{ label: 'traceId', value: '4bf92f3577b34da6' }];
    const lines = [{ at: NOON, message: 'payment failed', logGroup: 'g', logStream: 's', shown }];
    const { body } = await send({}, sampleNotification({ alerts: [sampleAlert({ lines })] }));
    expect(body.markdown.text).toMatch(/^> [\d:]+ traceId=4bf92f3577b34da6 payment failed$/m);
  });

  it('holds the keyword of the robot once', async () => {
    expect((await send({ keyword: '监控' })).body.markdown.text).toMatch(/^\[监控\] /);
    expect((await send({ keyword: 'Firing' })).body.markdown.text).not.toContain('[Firing]');
  });
});

describe('WeCom', () => {
  const send = async (
    changes: Record<string, unknown>,
    answers: Answer[] = [OK],
    notification = sampleNotification(),
  ) => {
    const { context, requests } = scriptedOutside(answers);
    const webhook = 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k';
    const settings = wecomSchema.parse({ webhook, locale: 'en', ...changes });
    const outcome = await wecomChannel.deliver(notification, settings, context);
    return { outcome, bodies: requests.map(({ body }) => JSON.parse(body)) };
  };

  it('mentions people in the markdown, and everybody by a text message that follows', async () => {
    const { bodies } = await send({ mention: ['zhangsan', 'all', '13800000000'] });
    expect(bodies[0].markdown.content).toMatch(/<@zhangsan>$/);
    expect(bodies[1]).toMatchObject({
      msgtype: 'text',
      text: { mentioned_list: ['@all'], mentioned_mobile_list: ['13800000000'] },
    });
    const v2 = await send({ mention: ['zhangsan'], format: 'markdown_v2' });
    expect(v2.bodies[0].markdown_v2.content).not.toContain('<');
    expect(v2.bodies[1].text.mentioned_list).toEqual(['zhangsan']);
    expect((await send({ mention: ['all'] }, [OK], resolvedNotification())).bodies).toHaveLength(1);
  });

  it('counts as delivered once the message is, whatever becomes of the mention', async () => {
    const limited: Answer = { body: '{"errcode":45009,"errmsg":"api freq out of limit"}' };
    const { outcome } = await send({ mention: ['all'] }, [OK, limited]);
    expect(outcome).toEqual({
      outcome: 'delivered',
      reference: 'nobody was mentioned: WeCom refused with 45009: api freq out of limit',
    });
    expect((await send({ mention: ['all'] }, [limited])).bodies).toHaveLength(1);
  });

  it('keeps to 4,096 bytes with many alerts and large lines', async () => {
    const lines = Array.from({ length: 5 }, () => ({
      at: NOON,
      message: '错误'.repeat(900),
      logGroup: 'g',
      logStream: 's',
    }));
    const alerts = Array.from({ length: 40 }, (_, n) => sampleAlert({ lines, labels: { n: String(n) } }));
    for (const format of ['markdown', 'markdown_v2']) {
      const { bodies } = await send({ format }, [OK], sampleNotification({ alerts }));
      const { content } = bodies[0][format];
      expect(Buffer.byteLength(content)).toBeLessThanOrEqual(4096);
      expect(content).toMatch(/and \d+ more alerts/);
    }
  });
});

describe('robots that take 20 messages a minute', () => {
  it.each([
    [
      dingtalkChannel,
      dingtalkSchema.parse({ webhook: 'https://oapi.dingtalk.com/robot/send?access_token=t' }),
    ],
    [wecomChannel, wecomSchema.parse({ webhook: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k' })],
  ])('$0.kind: are sent none before its turn', async (channel, settings) => {
    const { context, requests } = scriptedOutside([OK]);
    const pace = createPace(new MemoryTable());
    let [now, waited] = [NOON, 0];
    for (let n = 0; n < 40; n++) {
      const notification = sampleNotification({ id: `n${n}` });
      for (;;) {
        const send = channel.deliver as Channel['deliver'];
        const outcome = await send(notification, settings as never, { ...context, pace, clock: () => now });
        if (outcome.outcome !== 'retry') break;
        expect(outcome.unsent).toBe(true);
        waited += outcome.afterMs ?? 0;
        now += outcome.afterMs ?? 0;
      }
    }
    expect(requests).toHaveLength(40);
    expect(waited).toBeGreaterThan(60_000);
  });
});

describe('Slack', () => {
  it('leaves out addresses that its blocks have no room for', async () => {
    const { context, requests } = scriptedOutside([{ body: 'ok' }]);
    const settings = slackSchema.parse({ webhook: 'https://hooks.slack.com/services/T/B/x' });
    const long = `https://alerts.example.com/${'x'.repeat(1900)}`;
    const links = { view: long, acknowledge: `${long}/ack`, silence: `${long}/silence` };
    await slackChannel.deliver(sampleNotification({ alerts: [sampleAlert({ links })] }), settings, context);
    const { blocks } = JSON.parse(requests[0]?.body ?? '').attachments[0];
    const linked = blocks.find(({ text }: { text?: { type: string } }) => text?.type === 'mrkdwn');
    expect(linked.text.text).toMatch(/^<https:\/\/alerts\.example\.com\/x+\/ack\|/);
    expect(linked.text.text.length).toBeLessThanOrEqual(3000);
  });

  it('sends text where blocks are refused, and says so', async () => {
    const refused = { status: 400, body: 'invalid_blocks' };
    const { context, requests } = scriptedOutside([refused, { body: 'ok' }]);
    const settings = slackSchema.parse({ webhook: 'https://hooks.slack.com/services/T/B/x' });
    const outcome = await slackChannel.deliver(sampleNotification(), settings, context);
    expect(outcome).toEqual({ outcome: 'delivered', reference: 'sent as text' });
    expect(requests.map(({ body }) => Object.keys(JSON.parse(body)).includes('attachments'))).toEqual([
      true,
      false,
    ]);
  });

  it('is coloured by severity, and green once it has resolved', async () => {
    const colourOf = async (notification: ReturnType<typeof sampleNotification>) => {
      const { context, requests } = scriptedOutside([{ body: 'ok' }]);
      const settings = slackSchema.parse({ webhook: 'https://hooks.slack.com/services/T/B/x' });
      await slackChannel.deliver(notification, settings, context);
      return JSON.parse(requests[0]?.body ?? '').attachments[0].color;
    };
    expect(await colourOf(sampleNotification())).toBe('#d0021b');
    expect(await colourOf(resolvedNotification())).toBe('#2e9e5b');
  });
});

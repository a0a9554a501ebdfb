/** What channels say of what went wrong is read by many: no credential stands in it, however much of it is cut off. */
import { describe, expect, it } from 'vitest';
import { deliverableChannels } from '../../shared/channels/registry.ts';
import { PortError } from '../../shared/ports.ts';
import { deliver, json, KEY, KINDS, SECRETS, SETTINGS, TOKEN, text } from './http-channels.ts';
import { emailSettings, sampleNotification } from './sample-notification.ts';
import { type Answer, scriptedOutside } from './scripted-outside.ts';

describe('leaks no secret', () => {
  const echoesOf = (everything: string): Answer[] => [
    text(400, everything),
    text(500, everything),
    json(200, { errcode: 1, errmsg: everything }),
    json(200, { code: 19001, msg: everything }),
    json(200, { code: 11246, msg: everything }),
    json(400, { message: everything, errors: [everything] }),
    json(202, { dedup_key: TOKEN }),
    new PortError('ConnectionReset', everything, { transient: true }),
    new PortError('Forbidden', everything, { transient: false }),
  ];
  it.each(KINDS)('%s, whatever a provider repeats', async (kind) => {
    const names = Object.values(SETTINGS[kind] ?? {}).map((reference) => String(reference).slice(7));
    const known = names.map((name) => SECRETS[name as keyof typeof SECRETS]);
    const token = known.some((secret) => secret.includes(TOKEN)) ? [TOKEN] : [];
    const everything = [...known, ...known.map(encodeURIComponent), ...token].join(' and ');
    for (const echo of [0, 50, 120, 180, 240, 300, 420, 460].flatMap((length) =>
      echoesOf(`${'x'.repeat(length)} ${everything}`),
    )) {
      const { outcome } = await deliver(kind, [echo]);
      const words = JSON.stringify(outcome);
      expect(words).not.toContain(TOKEN.slice(0, 8));
      expect(words).not.toContain(KEY.slice(0, 8));
    }
  });

  it.each([KEY, `${KEY}%zz`])(
    'email, whatever a mail server repeats of a password as %s',
    async (password) => {
      const address = `smtps://tocsin:${password}@mail.example.com:465`;
      for (let length = 0; length <= 520; length += 13) {
        const refused = new PortError('EAUTH', `${'x'.repeat(length)} ${address} and ${password}`, {
          transient: false,
        });
        const { context } = scriptedOutside([], { smtp: address });
        const outcome = await deliverableChannels.email?.deliver(
          sampleNotification(),
          emailSettings({ smtp: 'secret:smtp' }),
          { ...context, smtp: { send: () => Promise.reject(refused) } },
        );
        expect(outcome).toMatchObject({ outcome: 'failed' });
        expect(JSON.stringify(outcome)).not.toContain(KEY.slice(0, 8));
      }
    },
  );

  it.each(KINDS)('%s says so where a secret is missing', async (kind) => {
    const names = Object.keys(SETTINGS[kind] ?? {});
    for (const name of names) {
      const { outcome, requests } = await deliver(kind, [], { [name]: 'secret:nothing' });
      expect(outcome).toMatchObject({
        outcome: 'failed',
        reason: 'SecretNotFound: there is no secret nothing',
      });
      expect(requests).toEqual([]);
    }
  });

  it.each(KINDS)('%s puts none into its body but where it belongs', async (kind) => {
    const { requests } = await deliver(kind, [text(200, 'ok')]);
    for (const { body } of requests) {
      expect(body).not.toContain(KEY);
      if (kind !== 'pagerduty') expect(body).not.toContain(TOKEN);
    }
  });
});

import { simpleParser } from 'mailparser';
import { afterEach, describe, expect, it } from 'vitest';
import { checkCard, mentionsIn } from '../../infra/local/feishu/card-check.ts';
import type { Notification } from '../../shared/alerts/notification.ts';
import { emailChannel } from '../../shared/channels/email/channel.ts';
import { feishuChannel } from '../../shared/channels/feishu/channel.ts';
import { createSmtpSender } from '../../shared/net/smtp.ts';
import { closeServers, serve } from '../net/smtp-server.ts';
import { HOSTILE_CORPUS } from './hostile-corpus.ts';
import {
  emailSettings,
  feishuSettings,
  NOON,
  sampleAlert,
  sampleNotification,
} from './sample-notification.ts';
import { scriptedOutside } from './scripted-outside.ts';

afterEach(closeServers);

const RUNBOOK = 'https://wiki.example.com/order-errors';
const OUR_LINK =
  /^https:\/\/(?:eu-west-1\.console\.aws\.amazon\.com\/cloudwatch\/home\?region=eu-west-1#|wiki\.example\.com\/order-errors$)/;

/** A notification in which the line stands wherever a log's text can come to stand. */
function told(line: string): Notification {
  const alert = sampleAlert({
    labels: { rule: 'order-errors', severity: 'critical', service: line },
    annotations: { summary: '{{ $labels.service }} {{ $line }}', detail: '{{ $line }}', runbook: RUNBOOK },
    lines: [
      {
        at: NOON,
        message: line,
        logGroup: line.slice(0, 512),
        logStream: 's',
        shown: [{ label: 'id', value: line }],
      },
    ],
    measured: { before: line.slice(0, 256), now: line.slice(0, 256) },
    endReason: line,
    series: [],
  });
  const labels = { rule: 'order-errors', service: line };
  return sampleNotification({ groupLabels: labels, alerts: [alert], receiver: 'ops' });
}

type Node = Record<string, unknown>;

function nodes(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodes);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Node, ...Object.values(value).flatMap(nodes)];
}

/** Without what mailparser would make of the parts besides. */
const AS_IT_IS = { skipTextToHtml: true, skipHtmlToText: true, skipTextLinks: true, skipImageLinks: true };
const LINES_A_MAIL = 8;
const STRUCTURE = 'html head meta title style body div span table tr td a img'.split(' ');

/** Every tag of an HTML in which no text holds a bare bracket. */
function tagsOf(html: string): { name: string; attributes: string }[] {
  return [...html.matchAll(/<([a-z!][^\s>]*)([^>]*)>/gi)]
    .map(([, name = '', attributes = '']) => ({ name: name.toLowerCase(), attributes }))
    .filter(({ name }) => !name.startsWith('!'));
}

describe('hostile log lines', () => {
  it('are nothing but text in a Feishu card, in either language', async () => {
    for (const line of HOSTILE_CORPUS) {
      const { context, requests } = scriptedOutside([{ body: '{"code":0}' }]);
      const settings = feishuSettings({ secret: null, title: '{{ $line }}' });
      const { outcome } = await feishuChannel.deliver(told(line), settings, context);
      expect(outcome, line.slice(0, 80)).toBe('delivered');
      const { body = '' } = requests[0] ?? {};
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
      const { card } = JSON.parse(body) as { card: unknown };
      expect(checkCard(card, true), line.slice(0, 80)).toBeNull();
      const markdown = nodes(card)
        .filter(({ tag }) => tag === 'markdown')
        .flatMap(({ content, i18n_content = {} }) =>
          [content, ...Object.values(i18n_content as Node)].map(String),
        );
      expect(markdown.flatMap(mentionsIn)).toEqual([]);
      for (const text of markdown) {
        const rest = text.replace(/<\/?font(?: color='\w+')?>|<br>|\*\*/g, '').replace(/&#\d+;/g, '');
        expect(rest, line.slice(0, 80)).not.toMatch(/[<>[\]*`_~!#|\\$]/);
      }
      const urls = nodes(card).flatMap(({ default_url }) =>
        default_url === undefined ? [] : [String(default_url)],
      );
      expect(urls.filter((url) => !OUR_LINK.test(url))).toEqual([]);
    }
  });

  it('are nothing but text in a mail, as a mail reader parses it', async () => {
    const { port, mails } = await serve({ authOptional: true, hideSTARTTLS: true });
    const context = { ...scriptedOutside([]).context, smtp: createSmtpSender() };
    const settings = emailSettings({ smtp: `smtp://localhost:${port}`, title: '{{ $line }}' });
    const bundles = Array.from({ length: Math.ceil(HOSTILE_CORPUS.length / LINES_A_MAIL) }, (_, index) =>
      HOSTILE_CORPUS.slice(index * LINES_A_MAIL, (index + 1) * LINES_A_MAIL),
    );
    for (const lines of [['ERROR nothing to see'], ...bundles]) {
      const alerts = lines.flatMap((line) => told(line).alerts);
      const { outcome } = await emailChannel.deliver({ ...told(lines[0] ?? ''), alerts }, settings, context);
      expect(outcome, lines.join().slice(0, 80)).toBe('delivered');
    }
    const [plain, ...parsed] = await Promise.all(mails.map((mail) => simpleParser(mail, AS_IT_IS)));
    expect(parsed).toHaveLength(bundles.length);
    const headers = plain?.headerLines.map(({ key }) => key);
    for (const mail of parsed) {
      expect(mail.headerLines.map(({ key }) => key)).toEqual(headers);
      expect(mail.attachments).toEqual([]);
      for (const { name, attributes } of tagsOf(String(mail.html))) {
        expect(STRUCTURE).toContain(name);
        expect(attributes).not.toMatch(/\son\w+\s*=|http-equiv|javascript:/i);
        const [, url] = /\s(?:href|src)="([^"]*)"/.exec(attributes) ?? [];
        if (url !== undefined)
          expect(name === 'img' ? /^(?:data:image\/png|cid:chart-1$)/ : OUR_LINK).toSatisfy(
            (allowed: RegExp) => allowed.test(url),
          );
      }
    }
  }, 120_000);
});

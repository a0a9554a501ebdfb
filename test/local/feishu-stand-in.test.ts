import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FeishuStandIn, startFeishuStandIn } from '../../infra/local/feishu/stand-in.ts';
import { sign } from '../../shared/channels/feishu/sign.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const SECRET = 'demo';

let standIn: FeishuStandIn;
let now = NOON;

beforeEach(async () => {
  now = NOON;
  standIn = await startFeishuStandIn({
    clock: () => now,
    botFor: (token) => {
      if (token === 'plain') return { name: 'ops' };
      if (token === 'quiet') return { atAll: false };
      if (token === 'strict') return { secret: SECRET, keyword: '告警' };
      return null;
    },
  });
});
afterEach(() => standIn.stop());

async function post(
  token: string,
  body: unknown,
): Promise<{ status: number; answer: { code: number; msg: string } }> {
  const response = await fetch(`${standIn.url}/open-apis/bot/v2/hook/${token}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as { code: number; msg: string } };
}

const text = (content: string) => ({ msg_type: 'text', content: { text: content } });
const card = (elements: unknown[], rest: Record<string, unknown> = {}) => ({
  msg_type: 'interactive',
  card: { schema: '2.0', config: { update_multi: true }, body: { elements }, ...rest },
});
const markdown = (content: string) => ({ tag: 'markdown', content });

describe("the stand-in's security settings", () => {
  const signed = (timestampS: number, body: Record<string, unknown>, secret = SECRET) => ({
    timestamp: String(timestampS),
    sign: sign(timestampS, secret),
    ...body,
  });

  it('take what is signed within the hour and holds the keyword', async () => {
    const { status, answer } = await post('strict', signed(NOON / 1000 - 3599, text('告警 one')));
    expect(status).toBe(200);
    expect(answer).toEqual({ StatusCode: 0, StatusMessage: 'success', code: 0, data: {}, msg: 'success' });
    expect(standIn.received()).toMatchObject([{ seq: 1, at: NOON, token: 'strict', msgType: 'text' }]);
  });

  it.each([
    ['no signature', text('告警'), 19021],
    ['an old signature', signed(NOON / 1000 - 3601, text('告警')), 19021],
    ['a foreign key', signed(NOON / 1000, text('告警'), 'other'), 19021],
    ['no keyword', signed(NOON / 1000, text('alert')), 19024],
    ['the keyword in a key only', signed(NOON / 1000, { ...text('x'), 告警: 'x' }), 19024],
  ])('refuse %s', async (_what, body, code) => {
    expect((await post('strict', body)).answer.code).toBe(code);
    expect(standIn.received()).toEqual([]);
  });
});

describe("the stand-in's checks of a message", () => {
  it.each([
    ['an unknown token', 'nobody', text('x'), 19001],
    ['what is no JSON', 'plain', '{"msg_type":', 99991300],
    ['no type', 'plain', { content: { text: 'x' } }, 19002],
    ['an unknown type', 'plain', { msg_type: 'markdown', content: {} }, 19002],
    ['no content', 'plain', { msg_type: 'text' }, 9499],
    ['a post without content', 'plain', { msg_type: 'post', content: {} }, 9499],
    ['no card', 'plain', { msg_type: 'interactive' }, 9499],
    ['a card below content', 'plain', { msg_type: 'interactive', content: card([]) }, 9499],
    ['more than 20 KB', 'plain', text('汉'.repeat(7000)), 19036],
  ])('refuse %s', async (_what, token, body, code) => {
    expect((await post(token, body)).answer.code).toBe(code);
  });

  it('take 20,000 bytes', async () => {
    expect((await post('plain', text('汉'.repeat(6600)))).answer.code).toBe(0);
  });

  const nested = (depth: number): unknown =>
    depth === 0
      ? markdown('x')
      : {
          tag: 'collapsible_panel',
          header: { title: { tag: 'plain_text', content: 'x' } },
          elements: [nested(depth - 1)],
        };
  const chart = { tag: 'chart', chart_spec: { type: 'bar', data: { values: [] }, xField: 'x', yField: 'y' } };
  const table = { tag: 'table', columns: [{ name: 'a' }], rows: [] };

  it.each([
    ['markdown', [markdown('<at id=all></at> **x** `<at id=a@b.c></at>`')]],
    ['nesting of five', [nested(5)]],
    ['five charts', Array(5).fill(chart)],
    ['five tables', Array(5).fill(table)],
    ['200 elements', Array(200).fill(markdown('x'))],
    ['an image of the service', [markdown('![x](img_v2_041b28e3)')]],
    ['fenced code', [markdown('```\n![x](http://y) <at id=a@b.c></at>\n```')]],
  ])('take a card with %s', async (_what, elements) => {
    expect((await post('plain', card(elements))).answer).toMatchObject({ code: 0 });
  });

  it.each([
    ['an unknown attribute', [{ ...markdown('x'), colour: 'red' }], 200621],
    ['an unknown element', [{ tag: 'marquee' }], 200621],
    ['an element of card 1.0', [{ tag: 'note', elements: [] }], 200861],
    ['a 1.0 button row', [{ tag: 'action', actions: [] }], 200861],
    ['a mention by e-mail', [markdown('<at email=a@b.c></at>')], 100290],
    ['an image from the web', [markdown('![x](https://evil.example/y.png)')], 200570],
    ['an image key that is none', [{ tag: 'img', img_key: 'nothing' }], 200570],
    ['a chart of no known kind', [{ tag: 'chart', chart_spec: { type: 'magic', data: {} } }], 200550],
    ['six charts', Array(6).fill(chart), 200550],
    ['six tables', Array(6).fill(table), 11310],
    [
      'a nested table',
      [
        {
          tag: 'collapsible_panel',
          header: { title: { tag: 'plain_text', content: 'x' } },
          elements: [table],
        },
      ],
      200621,
    ],
    ['a page of no rows', [{ ...table, page_size: 0 }], 200621],
    ['a page of eleven rows', [{ ...table, page_size: 11 }], 200621],
    ['51 columns', [{ ...table, columns: Array(51).fill({ name: 'a' }) }], 200621],
    ['an unknown language', [{ ...markdown('x'), i18n_content: { tlh: 'x' } }], 200621],
    [
      'a mention by e-mail in one language',
      [{ ...markdown('x'), i18n_content: { en_us: '<at email=a@b.c></at>' } }],
      100290,
    ],
    [
      'an image from the web in one language',
      [{ ...markdown('x'), i18n_content: { zh_cn: '![x](https://evil.example/y.png)' } }],
      200570,
    ],
    ['too many rows', [{ ...table, rows: Array(5001).fill({}) }], 200914],
    ['nesting of six', [nested(6)], 200621],
    ['columns of no known kind', [{ tag: 'column_set', flex_mode: 'wrap', columns: [] }], 200621],
    ['a button of no known kind', [{ tag: 'button', type: 'loud' }], 200621],
    ['a button that calls back', [{ tag: 'button', behaviors: [{ type: 'callback', value: {} }] }], 200621],
    ['a panel without a title', [{ tag: 'collapsible_panel', elements: [] }], 200621],
    ['201 elements', Array(201).fill(markdown('x')), 200860],
    [
      'a button text of 101',
      [{ tag: 'button', text: { tag: 'plain_text', content: 'x'.repeat(101) } }],
      200621,
    ],
  ])('refuse a card with %s', async (_what, elements, subCode) => {
    const { answer } = await post('plain', card(elements));
    expect(answer.code).toBe(11246);
    expect(answer.msg).toContain(`ErrCode: ${subCode}`);
  });

  it.each([
    ['no schema', { schema: undefined }],
    ['the schema of another version', { schema: '1.0' }],
    ['elements beside the body', { elements: [] }],
    ['update_multi false', { config: { update_multi: false } }],
    ['an unknown root key', { i18n_elements: {} }],
    [
      'four tags',
      {
        header: {
          title: { tag: 'plain_text', content: 'x' },
          text_tag_list: Array(4).fill({ tag: 'text_tag', text: { tag: 'plain_text', content: 'x' } }),
        },
      },
    ],
    ['a colour that is none', { header: { title: { tag: 'plain_text', content: 'x' }, template: 'pink' } }],
  ])('refuse a card with %s', async (_what, rest) => {
    expect((await post('plain', card([], rest))).answer.code).toBe(11246);
  });

  it('refuse to mention everybody where the chat forbids it', async () => {
    expect((await post('quiet', card([markdown('<at id=all></at>')]))).answer.msg).toContain('100290');
  });
});

describe("the stand-in's rate limits", () => {
  it('hold 5 a second and 100 a minute for each bot', async () => {
    for (let sent = 0; sent < 5; sent++) expect((await post('plain', text('x'))).answer.code).toBe(0);
    expect(await post('plain', text('x'))).toMatchObject({
      status: 400,
      answer: { code: 9499, msg: 'too many request' },
    });
    expect((await post('quiet', text('x'))).answer.code).toBe(0);
    for (let second = 1; second < 20; second++) {
      now = NOON + second * 1000;
      for (let sent = 0; sent < 5; sent++) expect((await post('plain', text('x'))).answer.code).toBe(0);
    }
    now += 1000;
    expect((await post('plain', text('x'))).answer.code).toBe(11232);
    now = NOON + 60_000;
    expect((await post('plain', text('x'))).answer.code).toBe(0);
  });
});

describe("the stand-in's page", () => {
  const script = (body: unknown, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    fetch(`${standIn.url}/api/script`, { method: 'POST', headers, body: JSON.stringify(body) });

  it('is scripted from outside, as JSON only', async () => {
    expect((await script({ answers: [{ kind: 'code', code: 11232 }] })).status).toBe(200);
    expect((await post('plain', text('x'))).answer.code).toBe(11232);
    expect((await post('plain', text('x'))).answer.code).toBe(0);
    expect((await script({ answers: [] }, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await script({ answers: [{ kind: 'explode' }] })).status).toBe(400);
  });

  it('shows messages with their text inert and tokens masked', async () => {
    await post('plain', text('<script>alert(1)</script> <at user_id="all"></at>'));
    await post('nobody-with-a-long-token', text('x'));
    const page = await fetch(standIn.url);
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; <span class="at">@all</span>');
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).toContain('nobo***');
    expect(html).not.toContain('nobody-with-a-long-token');
    const { messages } = (await (await fetch(`${standIn.url}/api/messages`)).json()) as {
      messages: unknown[];
    };
    expect(messages).toMatchObject([{ seq: 1, bot: 'ops', msgType: 'text' }]);
  });

  it('speaks Chinese and English, and hands out what is new', async () => {
    const chinese = await fetch(standIn.url, { headers: { 'accept-language': 'zh-CN,zh;q=0.9' } });
    expect(await chinese.text()).toContain('还没有消息');
    expect(await (await fetch(`${standIn.url}/?lang=en`)).text()).toContain('No message yet');
    await post('plain', text('first'));
    await post('plain', text('second'));
    const newer = await fetch(`${standIn.url}/messages?after=1`);
    expect(newer.headers.get('x-seq')).toBe('2');
    expect(await newer.text()).not.toContain('first');
  });

  it('answers to names of this machine only', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request(`${standIn.url}/`, { headers: { host: 'evil.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(status).toBe(403);
  });

  it('shows cards by a renderer of its own', async () => {
    const elements = [
      markdown(
        "**bold** <font color='grey'>soft</font> &#60;at id=all&#62; <b>x</b> [l](https://example.com/a)",
      ),
      {
        tag: 'button',
        text: { tag: 'plain_text', content: 'Go' },
        behaviors: [{ type: 'open_url', default_url: 'javascript:alert(1)' }],
      },
    ];
    await post(
      'plain',
      card(elements, { header: { title: { tag: 'plain_text', content: '<i>t</i>' }, template: 'red' } }),
    );
    const html = await (await fetch(standIn.url)).text();
    expect(html).toContain(
      '<strong>bold</strong> <span class="ink-grey">soft</span> &lt;at id=all&gt; &lt;b&gt;x&lt;/b&gt;',
    );
    expect(html).toContain('<header class="head red"><div class="title">&lt;i&gt;t&lt;/i&gt;');
    expect(html).not.toContain('javascript:');
  });
});

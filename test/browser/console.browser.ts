import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
import { startClosedConsole } from '../console/closed-console.ts';
import { MINUTE, SECOND, startTestStack, type TestStack } from '../support/stack.ts';
import { NO_BROWSER, openBrowser } from './chromium.ts';

const HOSTILE = '<img src=x onerror="window.wasHere=true">';
const DOCUMENT = `
version: 1
rules:
  - id: order-errors
    title: Orders fail
    severity: critical
    match: '{ $.level = "ERROR" }'
    groupBy: { service: $.service }
    when: { count: 3, within: 5m }
    annotations: { summary: '{{ $value }} errors in {{ $labels.service }}', runbook: https://wiki.example.com/orders }
  - { id: slow, match: '{ $.ms > 0 }', when: { value: $.ms, stat: p95, is: '> 800ms', within: 1m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }], feishu: [{ webhook: 'secret:feishu#hook' }] }
route: { receiver: ops, groupWait: 5s }
`;
const ERROR = (service: string) =>
  JSON.stringify({ level: 'ERROR', service, message: 'could not reserve stock' });

if (NO_BROWSER !== null) console.warn(`The console was not tried in a browser: ${NO_BROWSER}.`);

describe.skipIf(NO_BROWSER !== null)('the console in a browser', () => {
  let browser: Browser;
  let stack: TestStack;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    stack = await startTestStack(DOCUMENT);
    context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 } });
    page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A refusal that is asked for below; the browser itself complains of it.
      if (message.type() === 'error' && !message.text().includes('409')) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== stack.urls.console) complaints.push(`asked for ${request.url()}`);
    });
    await page.goto(stack.consoleLink());
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  it('leads from a log line to the acknowledged and the resolved alert, by clicking', async () => {
    await page.getByText('Nothing fires.').waitFor();
    expect(page.url()).toBe(`${stack.urls.console}/`);

    await stack.log([ERROR('order'), ERROR('order'), ERROR('order'), ERROR('order')]);
    const card = page.getByRole('article').filter({ hasText: 'Orders fail' });
    await card.waitFor();
    await stack.advance(10 * SECOND);
    await card.getByText('4 errors in order').waitFor();

    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByLabel('Your name').fill('Wei');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await card.getByText('Acknowledged by Wei').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });

    await card.getByRole('link', { name: 'Orders fail' }).click();
    await page.getByRole('heading', { name: 'Orders fail', level: 1 }).waitFor();
    for (const text of ['First match counted', 'Condition met', 'Routed to ops', 'ops · email#0 · delivered'])
      await page.getByText(text).waitFor();

    await stack.advance(7 * MINUTE);
    await page.getByText('resolved', { exact: true }).waitFor();
    await page.locator('.timeline li').filter({ hasText: 'Resolved' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Orders fail', level: 1 }).waitFor();
    await page.getByRole('link', { name: '← Now' }).click();
    await page.getByText('Nothing fires.').waitFor();
  });

  it('leads there by keys alone, and back to where one was', async () => {
    await stack.log(['stock', 'stock', 'stock', 'cart', 'cart', 'cart'].map(ERROR));
    await page.getByRole('article').nth(1).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('a');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('Ann');
    await page.keyboard.press('Enter');
    await page.getByText('Acknowledged by Ann').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    const focused = () => page.evaluate('document.activeElement.dataset.key');
    const before = await focused();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Orders fail', level: 1 }).waitFor();
    await page.locator('.timeline li').filter({ hasText: 'Acknowledged by Ann' }).waitFor();
    await page.goBack();
    await page.getByRole('article').nth(1).waitFor();
    await page.locator(`[data-key="${before}"]:focus`).waitFor();
    await stack.advance(7 * MINUTE);
    await page.getByText('Nothing fires.').waitFor();
  });

  it('silences what fires and ends the silence', async () => {
    await stack.log([ERROR('billing'), ERROR('billing'), ERROR('billing')]);
    const card = page.getByRole('article').filter({ hasText: 'billing' });
    await card.getByRole('button', { name: 'Silence' }).click();
    await page.getByLabel('Comment (optional)').fill('maintenance');
    await page.getByRole('dialog').getByRole('button', { name: 'Silence' }).click();
    await card.getByText('silenced', { exact: true }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Silences' }).click();
    await page.getByText('service="billing"').waitFor();
    await page.getByText('keeps 1 alert quiet').waitFor();
    await page.getByRole('button', { name: 'End now' }).click();
    await page.getByText('ended', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'New silence' }).click();
    await page.getByLabel('Matchers').fill('service="nothing"');
    await page.getByText('matches nothing that fires now').waitFor();
    await page.getByLabel('Matchers').fill('service=~"("');
    await page.getByText('is refused').waitFor();
    await page.getByLabel('Matchers').fill('service="nothing"');
    await page.getByLabel('Comment (optional)').fill(HOSTILE);
    await page.getByRole('dialog').getByRole('button', { name: 'Silence' }).click();
    await page.getByText(HOSTILE).waitFor();
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('shows what another threshold would have done, and saves it', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Rules' }).click();
    await page.getByRole('link', { name: 'Orders fail' }).click();
    await page.getByLabel('Threshold').fill('>= 5');
    await page.getByText('It would have fired 0 times in the last 6 h').waitFor();
    const seen = await stack.config.get({ pk: 'rule', sk: 'order-errors' });
    await stack.config.put({ ...seen, pk: 'rule', sk: 'order-errors', severity: 'error' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Somebody else changed the rule meanwhile').waitFor();
    await page.getByText('severity: error').waitFor();
    expect(await page.getByLabel('Threshold').inputValue()).toBe('>= 5');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('count: ">= 5"').waitFor();
    const item = await stack.config.get({ pk: 'rule', sk: 'order-errors' });
    expect(item?.when).toEqual({ count: '>= 5', within: '5m' });
  });

  it('tries a pattern while it is written', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Try it' }).click();
    await page.getByLabel('Log lines').fill('GET /a 200\nGET /b 503');
    await page.getByLabel('Pattern or selector').fill('[method, path, status = 5*]');
    await page.getByText('1 of 2 lines match').waitFor();
    await page.locator('.waiting').waitFor({ state: 'detached' });
    await page.getByText('status 503').waitFor();
    await page.getByLabel('Pattern or selector').fill('[method, path');
    await page.locator('.mistake').waitFor();
    await page.getByLabel('YAML').check();
    await page.getByLabel('Pattern or selector').fill('match:\n  all:\n    - keyword: a\n    - regex: "("');
    await page.getByText('match.all[1].regex: the regex is refused').waitFor();
    await page.getByLabel('Pattern', { exact: true }).check();
    await page.getByLabel('Pattern or selector').fill('live');
    await page.getByRole('button', { name: 'Follow the live stream' }).click();
    await stack.log(['a live line']);
    await page.getByText('1 of', { exact: false }).waitFor();
    await page.locator('.hit').filter({ hasText: 'a live line' }).waitFor();
  });

  it('tries again what could not be delivered', async () => {
    await page.goto(`${stack.urls.console}/#/deliveries`);
    await page.getByText('Everything could be delivered.').waitFor();
    await stack.advance(40 * SECOND);
    stack.ses.script([{ kind: 'error', status: 400, name: 'MessageRejected', message: 'Not verified.' }]);
    await stack.log(['mail', 'mail', 'mail', 'mail', 'mail'].map(ERROR));
    await stack.advance(MINUTE);
    await page
      .locator('.row')
      .filter({ hasText: 'Not verified.' })
      .getByRole('button', { name: 'Try again' })
      .click();
    await page.getByText('It is tried again').waitFor();
    await stack.advance(20 * SECOND);
    await page.getByText('Everything could be delivered.').waitFor();
  });

  it('lays hostile text out as text', async () => {
    await page.goto(`${stack.urls.console}/#/now`);
    await stack.log(Array.from({ length: 5 }, () => ERROR(HOSTILE)));
    await stack.advance(MINUTE);
    await page.getByText(HOSTILE).first().waitFor();
    expect(await page.evaluate('window.wasHere')).toBeUndefined();
    expect(await page.locator('main img').count()).toBe(0);
  });

  it('is led by keys', async () => {
    await page.keyboard.press('j');
    expect(await page.evaluate('document.activeElement.closest("[data-alert]") !== null')).toBe(true);
    await page.keyboard.press('a');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('2');
    await page.getByRole('heading', { name: 'Rules', level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('only reads where nobody opened the link, and shows another one in the terminal', async () => {
    const stranger = await browser.newContext({ locale: 'zh-CN' });
    const visited = await stranger.newPage();
    await visited.goto(stack.urls.console);
    await visited.getByRole('article').first().waitFor();
    expect(await visited.getByRole('button', { name: '确认', exact: true }).first().isDisabled()).toBe(true);
    await visited.getByRole('button', { name: '在终端显示新链接' }).click();
    await visited.getByText('The terminal shows a new link').waitFor();
    await stranger.close();
  });

  it('says that nothing answers, keeps what it shows, and asks who comes after a restart for a link', async () => {
    const own = await browser.newContext({ locale: 'en-US' });
    const failed = (error: unknown) => void complaints.push(String(error));
    let running = await startClosedConsole(stack, { failed });
    const visited = await own.newPage();
    await visited.goto(running.newLink());
    await visited.getByRole('article').first().waitFor();
    await running.stop();
    await visited.getByText('Not connected. What is shown is as of').waitFor();
    expect(await visited.getByRole('article').count()).toBeGreaterThan(0);
    const port = Number(new URL(running.url).port);
    running = await startClosedConsole(stack, { port, failed });
    await visited.getByText('Open the link that the terminal shows').waitFor();
    const other = await own.newPage();
    await other.goto(running.newLink());
    await visited.getByRole('article').first().waitFor();
    await visited.getByText('live', { exact: true }).waitFor();
    await own.close();
    await running.stop();
  });

  it('was never in want of anything from elsewhere, and never complained', () => {
    expect(complaints).toEqual([]);
  });

  it.each([
    ['en-US', 'light', 1280],
    ['zh-CN', 'dark', 375],
  ] as const)(
    'is accessible in %s, %s, %i px wide, and fits every width',
    async (locale, colorScheme, width) => {
      const own = await browser.newContext({
        locale,
        colorScheme,
        storageState: await context.storageState({ indexedDB: false }),
        bypassCSP: true,
      });
      const visited = await own.newPage();
      const [alert] = (await (await fetch(`${stack.urls.console}/api/alerts`)).json()) as NotifiedAlert[];
      const { ruleId: rule, fingerprint, startsAt } = alert ?? { ruleId: '', fingerprint: '', startsAt: 0 };
      const views = ['now', `alert/${rule}/${fingerprint}/${startsAt}`, 'rules', `rules/${rule}`];
      for (const view of [...views, 'try', 'silences', 'deliveries', 'system', 'alert/gone/a/1']) {
        await visited.setViewportSize({ width, height: 844 });
        await visited.goto('about:blank');
        await visited.goto(`${stack.urls.console}/#/${view}`);
        await visited.locator('.view h1').first().waitFor({ state: 'attached' });
        if (view.startsWith('rules/')) await visited.locator('.preview > *').first().waitFor();
        expect({ view, found: await seriousIn(visited) }).toEqual({ view, found: [] });
        for (const wide of [360, 375, 768, 1280]) {
          await visited.setViewportSize({ width: wide, height: 844 });
          const overflows = await visited.evaluate('document.documentElement.scrollWidth > innerWidth');
          expect({ view, wide, overflows }).toEqual({ view, wide, overflows: false });
        }
      }
      await own.close();
    },
  );

  it('leads from messages to pages that are accessible, too', async () => {
    const [mail] = await stack.mails();
    const links = mail?.body.text?.match(/http:\/\/127\.0\.0\.1\S+/g) ?? [];
    expect(links.length).toBeGreaterThan(1);
    const own = await browser.newContext({ bypassCSP: true, viewport: { width: 375, height: 800 } });
    const visited = await own.newPage();
    for (const address of [stack.urls.feishu, stack.urls.channels, ...links]) {
      await visited.goto(address);
      for (const colorScheme of ['light', 'dark'] as const) {
        await visited.emulateMedia({ colorScheme });
        expect({ address, found: await seriousIn(visited) }).toEqual({ address, found: [] });
      }
      expect(await visited.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false);
    }
    await own.close();
  });
});

/** What axe finds in the page that keeps people out. */
async function seriousIn(page: Page): Promise<object[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => ({ violations }))',
  )) as { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => ({ id, at: nodes.map(({ html }) => html.slice(0, 160)) }));
}

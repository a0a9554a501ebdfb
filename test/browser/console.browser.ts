import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NotifiedAlert } from '../../shared/alerts/notification.ts';
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
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupWait: 5s }
`;
const ERROR = (service: string) =>
  JSON.stringify({ level: 'ERROR', service, message: 'could not reserve stock' });
/** Where pictures of the story are put; none are taken where it is not set. */
const PICTURES = process.env.PICTURES;

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
      if (message.type() === 'error') complaints.push(message.text());
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

  async function picture(name: string): Promise<void> {
    if (PICTURES !== undefined) await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  it('leads from a log line to the acknowledged and the resolved alert, by clicking', async () => {
    await page.getByText('Nothing fires.').waitFor();
    expect(page.url()).toBe(`${stack.urls.console}/`);
    await picture('start');

    await stack.log([ERROR('order'), ERROR('order'), ERROR('order'), ERROR('order')]);
    const card = page.getByRole('article').filter({ hasText: 'Orders fail' });
    await card.waitFor();
    await stack.advance(10 * SECOND);
    await card.getByText('4 errors in order').waitFor();
    await picture('incident');

    await card.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByLabel('Your name').fill('Wei');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await card.getByText('Acknowledged by Wei').waitFor();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await picture('acknowledged');

    await card.getByRole('link', { name: 'Orders fail' }).click();
    await page.getByRole('heading', { name: 'Orders fail', level: 1 }).waitFor();
    for (const text of ['First match counted', 'Condition met', 'Routed to ops', 'ops · email#0 · delivered'])
      await page.getByText(text).waitFor();

    await stack.advance(7 * MINUTE);
    await page.getByText('resolved', { exact: true }).waitFor();
    await page.locator('.timeline li').filter({ hasText: 'Resolved' }).waitFor();
    await picture('resolved');
    await page.getByRole('link', { name: '← Now' }).click();
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
    await page.getByRole('button', { name: 'End now' }).click();
    await page.getByText('ended', { exact: true }).waitFor();
  });

  it('shows what another threshold would have done, and saves it', async () => {
    await page.getByRole('navigation').getByRole('link', { name: 'Rules' }).click();
    await page.getByRole('link', { name: 'order-errors' }).click();
    await page.getByLabel('Threshold').fill('>= 5');
    await page.getByText('It would have fired 0 ×.').waitFor();
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
    await page.getByText('status 503').waitFor();
    await page.getByLabel('Pattern or selector').fill('[method, path');
    await page.locator('.mistake').waitFor();
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

  it('was never in want of anything from elsewhere, and never complained', () => {
    expect(complaints).toEqual([]);
  });

  it.each([
    ['en-US', 'light', 1280],
    ['en-US', 'dark', 1280],
    ['zh-CN', 'light', 390],
    ['zh-CN', 'dark', 390],
  ] as const)('is accessible in %s, %s, %i px wide', async (locale, colorScheme, width) => {
    const own = await browser.newContext({
      locale,
      colorScheme,
      viewport: { width, height: 844 },
      storageState: await context.storageState({ indexedDB: false }),
      bypassCSP: true,
    });
    const visited = await own.newPage();
    const [alert] = (await (await fetch(`${stack.urls.console}/api/alerts`)).json()) as NotifiedAlert[];
    const { ruleId: rule, fingerprint, startsAt } = alert ?? { ruleId: '', fingerprint: '', startsAt: 0 };
    const views = ['now', `alert/${rule}/${fingerprint}/${startsAt}`, 'rules', `rules/${rule}`];
    for (const view of [...views, 'try', 'silences', 'deliveries', 'system']) {
      await visited.goto(`${stack.urls.console}/#/${view}`);
      await visited.reload();
      await visited.locator('main h1').first().waitFor({ state: 'attached' });
      await visited.waitForLoadState('networkidle').catch(() => {});
      await visited.evaluate(axe.source);
      const found = (await visited.evaluate(
        'axe.run().then(({ violations }) => violations.map(({ id, impact, nodes }) => ({ id, impact, at: nodes.map((n) => n.html.slice(0, 160)) })))',
      )) as { id: string; impact: string; at: string[] }[];
      expect({ view, found: found.filter(({ impact }) => ['serious', 'critical'].includes(impact)) }).toEqual(
        {
          view,
          found: [],
        },
      );
      const overflows = await visited.evaluate('document.documentElement.scrollWidth > innerWidth');
      expect({ view, overflows }).toEqual({ view, overflows: false });
    }
    await own.close();
  });
});

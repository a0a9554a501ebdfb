/** The README's first minute, recorded: `npm start` as it is, its console in a browser, into docs/pictures. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { NO_BROWSER, openBrowser } from '../browser/chromium.ts';

const FOLDER = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const COMMAND = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
/** The sample shop fails after seconds and recovers within the minute. */
const PATIENCE_MS = 180_000;

if (NO_BROWSER !== null) throw new Error(NO_BROWSER);
const cwd = mkdtempSync(join(tmpdir(), 'tocsin-pictures-'));
const product = spawn(process.execPath, [COMMAND, 'local'], {
  cwd,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await openBrowser();
try {
  const page = await browser.newPage({ locale: 'en-US', viewport: { width: 960, height: 720 } });
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(await linkOf());
  await record(page);
} finally {
  await browser.close();
  product.kill('SIGINT');
  await new Promise((resolve) => product.once('exit', resolve));
  rmSync(cwd, { recursive: true });
}

/** What the terminal shows; the rest of what it says is read away. */
async function linkOf(): Promise<string> {
  let said = '';
  for await (const chunk of product.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += chunk;
    const [link] = /http:\/\/\S+\/\?token=\S+/.exec(said) ?? [];
    if (link === undefined) continue;
    product.stdout.resume();
    return link;
  }
  throw new Error('tocsin local ended before it showed its link.');
}

async function record(page: Page): Promise<void> {
  const picture = (name: string) => page.screenshot({ path: join(FOLDER, `${name}.png`) });
  await page.getByText('Nothing fires.').waitFor();
  await page.getByText('1 rule watches').waitFor();
  await picture('start');

  const card = page.getByRole('article').filter({ hasText: 'Orders are failing' });
  await card.waitFor();
  await card.locator('svg.chart').waitFor();
  await picture('incident');

  await card.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByLabel('Your name').fill('Wei');
  await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
  await card.getByText('Acknowledged by Wei').waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await picture('acknowledged');

  await card.getByRole('link', { name: 'Orders are failing' }).click();
  await page.locator('.timeline li').filter({ hasText: 'told resolved' }).waitFor();
  await page.getByText('resolved', { exact: true }).waitFor();
  await page.setViewportSize({ width: 960, height: 1080 });
  await picture('resolved');
}

/** Pictures of the mails and the cards, as a desktop and a phone show them. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openBrowser } from '../browser/chromium.ts';

/** Widths in pixels. */
const WIDTHS = { wide: 760, narrow: 375 };
const PICTURED = /^(?:email|feishu)-/;

/** Takes a picture of each page that is worth one, beside it; answers how many. */
export async function takeShots(folder: string, names: readonly string[]): Promise<number> {
  const browser = await openBrowser();
  const pictured = names.filter((name) => PICTURED.test(name));
  for (const [size, width] of Object.entries(WIDTHS)) {
    const page = await browser.newPage({ viewport: { width, height: 600 } });
    for (const name of pictured) {
      await page.goto(pathToFileURL(join(folder, name)).href);
      await page.screenshot({ path: join(folder, name.replace(/html$/, `${size}.png`)), fullPage: true });
    }
    await page.close();
  }
  await browser.close();
  return pictured.length * Object.keys(WIDTHS).length;
}

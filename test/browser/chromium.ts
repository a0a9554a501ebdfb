/** Debian's own Chromium, driven headless; none is downloaded. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const found = PLACES.find((path) => path !== '' && existsSync(path));

/** Why nothing can be shown in a browser here; null: it can. */
export const NO_BROWSER =
  found === undefined ? 'there is no Chromium here: apt install chromium, or set CHROMIUM to its path' : null;

export async function openBrowser(): Promise<Browser> {
  // In a container there are no namespaces to build a sandbox from; the pages are this machine's own.
  return await chromium.launch({ executablePath: found ?? '', args: ['--no-sandbox'] });
}

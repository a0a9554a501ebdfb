/** `npm run gallery [FOLDER]`: every channel's messages of real alerts, as HTML to look at, and as pictures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Notification } from '../../shared/alerts/notification.ts';
import { LOCALES, type Locale } from '../../shared/config/model.ts';
import { escapeHtml } from '../../shared/text/html.ts';
import { NO_BROWSER } from '../browser/chromium.ts';
import { toldAlive, toldDigest, toldNotifications } from './notifications.ts';
import { pageOf, SCHEMES } from './page.ts';
import { rendered } from './rendered.ts';
import { takeShots } from './shots.ts';

const folder = resolve(process.argv[2] ?? '.gallery');

/** One of each state; a fallback is what the notifier makes of a notification. */
function statesOf(
  told: Notification[],
  [digest, ended]: Notification[],
  [alive]: Notification[],
): Record<string, Notification> {
  const errors = told.filter(({ alerts }) => alerts[0]?.ruleId === 'order-errors');
  const firing = errors.find(({ status }) => status === 'firing');
  const resolved = errors.find(({ status }) => status === 'resolved');
  const slow = told.find(({ alerts }) => alerts[0]?.ruleId === 'slow-orders');
  if (
    firing === undefined ||
    resolved === undefined ||
    slow === undefined ||
    digest === undefined ||
    ended === undefined ||
    alive === undefined
  ) {
    throw new Error('The pipeline told too little for a gallery.');
  }
  const fallback: Notification = {
    ...firing,
    insteadOf: { receiver: 'chat', channel: 'feishu', reason: 'Feishu refused with 19001: token invalid' },
  };
  const changed: Notification = {
    ...firing,
    alerts: firing.alerts.map((alert) => ({
      ...alert,
      severityBefore: 'warning' as const,
      acknowledged: { by: 'Li Lei', at: firing.at - 30_000, until: null },
    })),
  };
  return { firing, resolved, slow, digest, 'digest-ended': ended, fallback, changed, alive };
}

mkdirSync(folder, { recursive: true });
const links: string[] = [];
const states = statesOf(await toldNotifications(), await toldDigest(), await toldAlive());
for (const [state, notification] of Object.entries(states)) {
  for (const locale of LOCALES) {
    for (const [channel, html] of Object.entries(await rendered(notification, locale))) {
      for (const scheme of SCHEMES) links.push(write(channel, state, locale, scheme, html));
    }
  }
}
const list = links.map((name) => `<li><a href="${escapeHtml(name)}">${escapeHtml(name)}</a></li>`).join('');
writeFileSync(join(folder, 'index.html'), pageOf(`<main><ul>${list}</ul></main>`, 'light', 'en'));
process.stdout.write(`${links.length} messages in ${folder}/index.html\n`);
process.stdout.write(
  NO_BROWSER === null
    ? `${await takeShots(folder, links)} pictures beside them\n`
    : `no pictures: ${NO_BROWSER}\n`,
);

function write(
  channel: string,
  state: string,
  locale: Locale,
  scheme: 'light' | 'dark',
  html: string,
): string {
  const name = `${channel}-${state}-${locale}-${scheme}.html`;
  writeFileSync(join(folder, name), pageOf(html, scheme, locale));
  return name;
}

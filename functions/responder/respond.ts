/** One request: believe the link or not, read the alert, show or act. Nothing is read before the link is believed. */
import { randomBytes } from 'node:crypto';
import type { Configuration, Locale } from '../../shared/config/model.ts';
import type { Happened } from '../../shared/happenings.ts';
import { type Link, type LinkPurpose, readLink, signLink } from '../../shared/links/link.ts';
import { type LinkUse, useOf } from '../../shared/links/use.ts';
import type { Clock, Table } from '../../shared/ports.ts';
import { type AlertStanding, loadStanding } from '../../shared/routing/standing.ts';
import { formatTime } from '../../shared/text/times.ts';
import { act, readWish } from './act.ts';
import { type Answer, page } from './answer.ts';
import type { Action } from './choices.ts';
import { confirmPage } from './pages/confirm.ts';
import type { Reader } from './pages/frame.ts';
import { donePage, noticePage, type Obstacle } from './pages/notice.ts';
import { viewPage } from './pages/view.ts';
import type { PageRequest } from './request.ts';

export interface RespondDeps {
  state: Table;
  clock: Clock;
  /** What links are signed with. */
  key: () => Promise<string>;
  configuration: () => Promise<Configuration>;
  happened: Happened;
}

/** For links from one page to the next, ms. */
const ONWARD_VALID_MS = 3_600_000;

const STATUS: Record<Obstacle, number> = {
  forged: 403,
  foreign: 403,
  gone: 404,
  method: 405,
  busy: 409,
  enough: 429,
  over: 409,
  expired: 410,
  used: 410,
  large: 413,
  body: 415,
  trouble: 503,
};

/** The page that says why a request leads nowhere, with its status. */
export function obstacle(kind: Obstacle, locale: Locale): Answer {
  const more = kind === 'method' ? { allow: 'GET, HEAD, POST' } : {};
  return page(STATUS[kind], noticePage(kind, locale), more);
}

/**
 * Answers a request by the purpose of its link: shows the alert, asks whether to act, or acts.
 * @throws what the ports throw
 */
export async function respond(deps: RespondDeps, request: PageRequest): Promise<Answer> {
  const { method, token, locale } = request;
  if (!['GET', 'HEAD', 'POST'].includes(method)) return obstacle('method', locale);
  const now = deps.clock();
  const key = await deps.key();
  const read = readLink(key, token, now);
  if (read.kind === 'forged') return obstacle('forged', locale);
  if (read.kind === 'expired') return obstacle('expired', locale);
  const { link } = read;
  const { settings, timeIntervals } = await deps.configuration();
  const shown = await loadStanding(deps.state, link, timeIntervals, now);
  if (shown === undefined) return obstacle('gone', locale);
  const { timeZone } = settings;
  const visit: Visit = { deps, key, link, shown, now, reader: { locale, timeZone } };
  return method === 'POST' ? await confirm(visit, request) : await show(visit);
}

/** A request whose link is genuine, and what it is about. */
interface Visit {
  deps: RespondDeps;
  key: string;
  link: Link;
  shown: AlertStanding;
  now: number;
  reader: Reader;
}

async function show(visit: Visit): Promise<Answer> {
  const { deps, link, shown, now, reader } = visit;
  if (link.purpose === 'view') {
    const open = shown.alert.status === 'firing';
    const to = (purpose: LinkPurpose) => (open ? onwardTo(visit, purpose) : null);
    return page(
      200,
      viewPage(shown, { acknowledge: to('acknowledge'), silence: to('silence') }, now, reader),
    );
  }
  const use = await useOf(deps.state, link);
  if (use !== undefined) return used(visit, use);
  return ask(visit, link.purpose, false);
}

async function confirm(visit: Visit, { foreign, form }: PageRequest): Promise<Answer> {
  const { deps, link, shown, now, reader } = visit;
  const { locale } = reader;
  if (link.purpose === 'view') return obstacle('method', locale);
  if (foreign) return obstacle('foreign', locale);
  const wish = form.kind === 'fields' ? readWish(link.purpose, form.fields) : null;
  if (wish === null) return obstacle(form.kind === 'too large' ? 'large' : 'body', locale);
  if (wish.by === '') return ask(visit, link.purpose, true);
  const acted = await act(deps.state, link, link.purpose, shown, wish, now);
  switch (acted.kind) {
    case 'done':
      report(visit, link.purpose, wish.by, acted.until);
      return page(200, donePage(link.purpose, wish.by, acted.until, onwardTo(visit, 'view'), reader));
    case 'used':
      return used(visit, acted.use);
    case 'busy':
    case 'over':
    case 'enough':
      return page(STATUS[acted.kind], noticePage(acted.kind, locale, {}, onwardTo(visit, 'view')));
  }
}

function report({ deps, link, shown }: Visit, action: Action, by: string, until: number | null): void {
  const { ruleId, labels } = shown.alert;
  const { receiver } = link;
  deps.happened({ type: 'acted', action, by, receiver, until, ruleId, labels });
}

/** The form, to be filled in and sent. */
function ask(visit: Visit, action: Action, nameMissing: boolean): Answer {
  const { shown, now, reader } = visit;
  const detailsUrl = onwardTo(visit, 'view');
  if (action === 'acknowledge' && shown.alert.status === 'resolved')
    return page(STATUS.over, noticePage('over', reader.locale, {}, detailsUrl));
  const html = confirmPage({ action, shown, now, detailsUrl, nameMissing }, reader);
  return page(nameMissing ? 422 : 200, html);
}

function used(visit: Visit, { claimedBy, at }: LinkUse): Answer {
  const { locale, timeZone } = visit.reader;
  const fill = { who: claimedBy, time: formatTime(at, timeZone) };
  return page(STATUS.used, noticePage('used', locale, fill, onwardTo(visit, 'view')));
}

/**
 * From one page about an alert to another: a link of its own, so that no purpose does the work of another. It lasts no
 * longer than the one that led here: links do not renew themselves.
 */
function onwardTo({ key, link, now, reader }: Visit, purpose: LinkPurpose): string {
  const nonce = randomBytes(6).toString('base64url');
  const expiresAt = Math.min(now + ONWARD_VALID_MS, link.expiresAt);
  const token = signLink(key, { ...link, purpose, nonce, expiresAt });
  return `/${token}?lang=${reader.locale}`;
}

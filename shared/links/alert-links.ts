/** The links of an alert in a message: where to look, and what to do about it. */
import type { AlertLinks } from '../alerts/notification.ts';
import { type Link, type LinkPurpose, signLink } from './link.ts';

/** As long as an ended episode and its lines are kept, ms. */
const VIEW_VALID_MS = 7 * 86_400_000;
/** An alert that still fires is told again long before, with fresh links; ms. */
const ACT_VALID_MS = 86_400_000;

/** Where the responder is, and what its links are signed with. */
export interface LinkMaker {
  /** Ends in a slash. */
  baseUrl: string;
  key: string;
}

/** What a set of links is about; copies of one message carry one `nonce`, so that only one of them acts. */
export interface LinkSubject {
  ruleId: string;
  fingerprint: string;
  startsAt: number;
  receiver: string;
  nonce: string;
  /** Whether there is something to act on. */
  open: boolean;
}

/** Links for one alert; `now`: ms. */
export function linksOf(maker: LinkMaker, { open, ...subject }: LinkSubject, now: number): AlertLinks {
  const url = (purpose: LinkPurpose, validMs: number) => {
    const link: Link = { ...subject, purpose, expiresAt: now + validMs };
    return `${maker.baseUrl}${signLink(maker.key, link)}`;
  };
  return {
    view: url('view', VIEW_VALID_MS),
    acknowledge: open ? url('acknowledge', ACT_VALID_MS) : null,
    silence: open ? url('silence', ACT_VALID_MS) : null,
  };
}

/**
 * Links that let whoever holds them look at one episode of an alert, acknowledge it, or silence it: signed, expiring,
 * each for one purpose. A token is `PAYLOAD.MAC`, both base64url; the MAC is HMAC-SHA256 (RFC 2104) over the payload,
 * cut to 128 bits as RFC 2104 §5 allows. A link proves nothing about who holds it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const LINK_PURPOSES = ['view', 'acknowledge', 'silence'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

export interface Link {
  purpose: LinkPurpose;
  ruleId: string;
  fingerprint: string;
  /** With rule and fingerprint: the episode. Event time, ms. */
  startsAt: number;
  /** Who was told. */
  receiver: string;
  /** Processing time, ms; kept to the second. */
  expiresAt: number;
  /** Copies of a link share it: what one of them did, the others do not do again. */
  nonce: string;
}

/** `expired`: the link is genuine, and its time is over. `forged`: nothing in it is to be believed. */
export type ReadLink = { kind: 'valid' | 'expired'; link: Link } | { kind: 'forged' };

const MAC_BYTES = 16;
const TOKEN_LENGTH_MAX = 2000;
const TOKEN = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;
/** What the key signs besides, so that it could sign something else one day and no link come of it. */
const CONTEXT = 'tocsin link 1\n';

/** The token of a link, fit for a URL's path. */
export function signLink(key: string, link: Link): string {
  const { purpose, ruleId, fingerprint, startsAt, receiver, expiresAt, nonce } = link;
  const seconds = Math.floor(expiresAt / 1000);
  const fields = [LINK_PURPOSES.indexOf(purpose), ruleId, fingerprint, startsAt, seconds, nonce, receiver];
  const payload = Buffer.from(JSON.stringify(fields)).toString('base64url');
  return `${payload}.${macOf(key, payload).toString('base64url')}`;
}

/** Reads a token at `now` (ms); the signature is compared in constant time, and before anything else is read. */
export function readLink(key: string, token: string, now: number): ReadLink {
  const [, payload, mac] = (token.length <= TOKEN_LENGTH_MAX && TOKEN.exec(token)) || [];
  if (payload === undefined || mac === undefined) return { kind: 'forged' };
  const given = Buffer.from(mac, 'base64url');
  // Base64url spells the same bytes in several ways; one link has one token.
  if (given.length !== MAC_BYTES || given.toString('base64url') !== mac) return { kind: 'forged' };
  if (!timingSafeEqual(given, macOf(key, payload))) return { kind: 'forged' };
  const link = linkOf(payload);
  return { kind: now < link.expiresAt ? 'valid' : 'expired', link };
}

function linkOf(signedPayload: string): Link {
  const fields = JSON.parse(Buffer.from(signedPayload, 'base64url').toString('utf8'));
  const [purpose, ruleId, fingerprint, startsAt, seconds, nonce, receiver] = fields as [
    number,
    string,
    string,
    number,
    number,
    string,
    string,
  ];
  const expiresAt = seconds * 1000;
  return {
    purpose: LINK_PURPOSES[purpose] ?? 'view',
    ruleId,
    fingerprint,
    startsAt,
    expiresAt,
    nonce,
    receiver,
  };
}

function macOf(key: string, payload: string): Buffer {
  return createHmac('sha256', key).update(CONTEXT).update(payload).digest().subarray(0, MAC_BYTES);
}

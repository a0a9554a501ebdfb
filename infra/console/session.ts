/**
 * Who may act. A link with a token is shown on the terminal; whoever opens it first gets a session, and the token is
 * worth nothing more. Other users of this machine can reach the port, but neither read the terminal nor the cookie.
 */
import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;
/** One person's browsers; the oldest ends where there are more. */
const SESSIONS_MAX = 16;
/** Links that were shown and not opened. */
const TOKENS_MAX = 8;

export class Sessions {
  /** Only digests are kept and compared, so that the time of a comparison tells nothing. */
  readonly #sessions = new Set<string>();
  readonly #tokens = new Set<string>();

  /** A token for one use; it does not end those that were shown before, lest somebody else asks for ever new ones. */
  newToken(): string {
    const token = randomBytes(SECRET_BYTES).toString('base64url');
    addTo(this.#tokens, digestOf(token), TOKENS_MAX);
    return token;
  }

  /** The secret of a new session; null where the token was used or never was one. */
  redeem(token: string): string | null {
    if (!this.#tokens.delete(digestOf(token))) return null;
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    addTo(this.#sessions, digestOf(secret), SESSIONS_MAX);
    return secret;
  }

  /** Whether a `Cookie` header holds a session of the console on that port. */
  holds(cookies: string | undefined, port: number): boolean {
    const prefix = `${cookieName(port)}=`;
    return (cookies ?? '')
      .split(';')
      .map((part) => part.trim())
      .some((part) => part.startsWith(prefix) && this.#sessions.has(digestOf(part.slice(prefix.length))));
  }
}

/** The `Set-Cookie` header of a session. */
export function sessionCookie(secret: string, port: number): string {
  return `${cookieName(port)}=${secret}; Path=/; HttpOnly; SameSite=Strict`;
}

/** Browsers send cookies to every port of a host: each console has a name of its own. */
function cookieName(port: number): string {
  return `tocsin-${port}`;
}

/** Forgets the oldest where there are too many. */
function addTo(digests: Set<string>, digest: string, most: number): void {
  digests.add(digest);
  const [oldest] = digests;
  if (digests.size > most && oldest !== undefined) digests.delete(oldest);
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

import { type HttpTransport, PortError, type SmtpSender } from '../ports.ts';
import type { ChannelContext, Outcome } from './channel.ts';
import { failureOutcome } from './failure.ts';
import { mask, maskOutcome, resolveSecret } from './secrecy.ts';

/** Shorter parts of an address are words, not keys. */
const KEY_LENGTH_MIN = 8;
/** Longer ones are keys also without a digit. */
const WORD_LENGTH_MAX = 15;

/** What of a value is a credential: all of it, and each part of an address that looks like a key. */
function secretsIn(value: string): string[] {
  if (!URL.canParse(value)) return spellingsOf(value);
  const { pathname, searchParams, password } = new URL(value);
  const parts = [...pathname.split('/'), ...searchParams.values()];
  return [value, password, decoded(password), ...parts.filter(looksLikeKey)].flatMap(spellingsOf);
}

function looksLikeKey(part: string): boolean {
  return part.length > WORD_LENGTH_MAX || (part.length >= KEY_LENGTH_MIN && /\d/.test(part));
}

/** As it stands, in an address, and in JSON by those who escape its slashes. */
function spellingsOf(secret: string): string[] {
  return [secret, encodeURIComponent(secret), secret.replaceAll('/', '\\/')];
}

/** As a password is meant: an address holds it percent-encoded. */
function decoded(password: string): string {
  try {
    return decodeURIComponent(password);
  } catch {
    // A stray percent sign: it is meant as it stands.
    return password;
  }
}

function maskError(error: unknown, secrets: readonly string[]): unknown {
  if (!(error instanceof PortError)) return error;
  const { code, message, status, transient } = error;
  return new PortError(code, mask(message, secrets), { status, transient, cause: error });
}

function maskingHttp(transport: HttpTransport, secrets: readonly string[]): HttpTransport {
  return {
    async request(request) {
      try {
        const response = await transport.request(request);
        return { ...response, body: mask(response.body, secrets) };
      } catch (error) {
        throw maskError(error, secrets);
      }
    },
  };
}

function maskingSmtp(smtp: SmtpSender, secrets: readonly string[]): SmtpSender {
  return {
    async send(server, mail, timeoutMs) {
      try {
        return await smtp.send(server, mail, timeoutMs);
      } catch (error) {
        throw maskError(error, secrets);
      }
    },
  };
}

/** Answers and errors come in masked: cut short later, the rest of a secret would not be known as one. */
function masking(context: ChannelContext, secrets: readonly string[]): ChannelContext {
  const { transport, smtp } = context;
  return {
    ...context,
    transport: maskingHttp(transport, secrets),
    ...(smtp && { smtp: maskingSmtp(smtp, secrets) }),
  };
}

/**
 * One attempt of a channel: reads the secrets that `references` name (null stays null), carries it out, and answers
 * with an outcome whatever happens; no secret stands in its words. `outside` is the context through which to reach
 * others: what they say comes in without the secrets.
 */
export async function attemptWith<Name extends string>(
  references: Record<Name, string | null>,
  context: ChannelContext,
  carryOut: (values: Record<Name, string | null>, outside: ChannelContext) => Promise<Outcome>,
): Promise<Outcome> {
  const values: Record<string, string | null> = {};
  const secrets: string[] = [];
  try {
    for (const [name, reference] of Object.entries<string | null>(references)) {
      const value = reference === null ? null : (await resolveSecret(reference, context.secrets)).trim();
      values[name] = value;
      if (value !== null) secrets.push(...secretsIn(value));
    }
    const outside = masking(context, secrets);
    return maskOutcome(await carryOut(values as Record<Name, string | null>, outside), secrets);
  } catch (error) {
    return maskOutcome(failureOutcome(error), secrets);
  }
}

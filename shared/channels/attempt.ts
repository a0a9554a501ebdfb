import { type HttpTransport, PortError } from '../ports.ts';
import type { ChannelContext, Outcome } from './channel.ts';
import { failureOutcome } from './failure.ts';
import { mask, maskOutcome, resolveSecret } from './secrecy.ts';

/** Shorter parts of an address are words, not keys. */
const KEY_LENGTH_MIN = 8;

/** What of an address is a credential: all of it, and each part of its path and query that looks like a key. */
function secretsIn(value: string): string[] {
  if (!URL.canParse(value)) return [value];
  const { pathname, searchParams, password } = new URL(value);
  const parts = [...pathname.split('/'), ...searchParams.values(), password];
  const keys = parts.filter((part) => part.length >= KEY_LENGTH_MIN && /\d/.test(part));
  return [value, password, ...keys, ...keys.map(encodeURIComponent)];
}

/** Answers and errors come in masked: cut short later, the rest of a secret would not be known as one. */
function masking(transport: HttpTransport, secrets: readonly string[]): HttpTransport {
  return {
    async request(request) {
      try {
        const response = await transport.request(request);
        return { ...response, body: mask(response.body, secrets) };
      } catch (error) {
        if (!(error instanceof PortError)) throw error;
        const { code, message, status, transient } = error;
        throw new PortError(code, mask(message, secrets), { status, transient, cause: error });
      }
    },
  };
}

/**
 * One attempt of a channel: reads the secrets that `references` name (null stays null), carries it out, and answers
 * with an outcome whatever happens; no secret stands in its words.
 */
export async function attemptWith<Name extends string>(
  references: Record<Name, string | null>,
  context: ChannelContext,
  carryOut: (values: Record<Name, string | null>, transport: HttpTransport) => Promise<Outcome>,
): Promise<Outcome> {
  const values: Record<string, string | null> = {};
  const secrets: string[] = [];
  try {
    for (const [name, reference] of Object.entries<string | null>(references)) {
      const value = reference === null ? null : (await resolveSecret(reference, context.secrets)).trim();
      values[name] = value;
      if (value !== null) secrets.push(...secretsIn(value));
    }
    const transport = masking(context.transport, secrets);
    return maskOutcome(await carryOut(values as Record<Name, string | null>, transport), secrets);
  } catch (error) {
    return maskOutcome(failureOutcome(error), secrets);
  }
}

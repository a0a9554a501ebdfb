import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../shared/match/redact.ts';

const redact = createRedactor([], true);

/** Put together here, so that no scanner takes them for real ones. */
const made = (...parts: string[]) => parts.join('');

describe('what is known to be a secret', () => {
  it.each([
    ['an AWS key id', made('AKIA', 'IOSFODNN7EXAMPLE'), '[redacted]'],
    [
      'a JSON web token',
      made('jwt eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc-def_123'),
      'jwt [redacted]',
    ],
    ['a GitHub token', made('ghp_', 'a'.repeat(36)), '[redacted]'],
    ['a Slack token', made('xoxb-', '123456789012-abcdef'), '[redacted]'],
    ['a Stripe key', made('sk_live_', 'a1'.repeat(12)), '[redacted]'],
    ['a password by name', 'user=ann password=hunter22 ok', 'user=ann password=[redacted] ok'],
    ['a password in JSON', '{"password":"hunter22","n":1}', '{"password":"[redacted]","n":1}'],
    [
      'a password in JSON in JSON',
      '{"m":"{\\"password\\":\\"hunter22\\"}"}',
      '{"m":"{\\"password\\":\\"[redacted]\\"}"}',
    ],
    ['an API key', 'X-Api-Key: abcd1234efgh', 'X-Api-Key: [redacted]'],
    ['a bearer', 'Authorization: Bearer abcdefghijklmnop123', 'Authorization: Bearer [redacted]'],
    ['a login in an address', 'postgres://app:s3cr3t!@db/orders', 'postgres://app:[redacted]@db/orders'],
    ['a card number', 'paid with 4111 1111 1111 1111 today', 'paid with [redacted] today'],
    [
      'a private key',
      made('-----BEGIN RSA ', 'PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- x'),
      '[redacted] x',
    ],
  ])('%s', (_what, text, kept) => {
    expect(redact(text)).toBe(kept);
  });

  it.each([
    'order 4111111111111112 at 1763690400000',
    'trace 4bf92f3577b34da6a3ce929d0e0e4736 request 123e4567-e89b-12d3-a456-426614174000',
    'password is wrong for user ann',
    'token expired; basic infrastructure-related failure',
    'GET /reset-password?step=2 https://example.com:8080/a@b',
  ])('leaves alone: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('can be switched off', () => {
    expect(createRedactor([])('password=hunter22')).toBe('password=hunter22');
  });

  it.each(['eyJ', '-----BEGIN PRIVATE KEY-----', 'a://b:', 'password=', '4 ', 'token="'])(
    'gets through a line that is made to be slow: %s',
    (part) => {
      expect(redact(part.repeat(Math.ceil(262_144 / part.length)))).not.toBe('');
    },
  );

  it('finds a card number wherever it stands', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[ a-z]{0,30}$/),
        fc.stringMatching(/^[ a-z]{0,30}$/),
        (before, after) => {
          expect(redact(`${before} 5500000000000004 ${after}`)).not.toContain('5500000000000004');
        },
      ),
    );
  });
});

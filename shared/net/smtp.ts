import { type Mail, PortError, type SmtpSender } from '../ports.ts';

export interface SmtpOptions {
  /** A certificate to trust besides the usual ones, PEM. */
  ca?: string;
}

/**
 * Mail over SMTP (RFC 5321). The server is an address: `smtps://USER:PASSWORD@HOST:465` speaks TLS from the start,
 * `smtp://…:587` after STARTTLS. With a user TLS is demanded, so that no password goes in the clear; a relay that
 * asks for none may do without where it offers none.
 */
export function createSmtpSender({ ca }: SmtpOptions = {}): SmtpSender {
  return {
    async send(server, mail, timeoutMs) {
      const { host, port, secure, auth } = serverOf(server);
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        host,
        port,
        secure,
        requireTLS: auth !== undefined,
        ...(auth === undefined ? {} : { auth }),
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        dnsTimeout: timeoutMs,
        ...(ca === undefined ? {} : { tls: { ca } }),
      });
      // The deadlines above are of single steps; this is of all of them.
      let deadline: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        deadline = setTimeout(() => reject(timedOut(timeoutMs)), timeoutMs);
      });
      try {
        const { messageId, rejected } = await Promise.race([transport.sendMail(composed(mail)), late]);
        return {
          messageId: rejected.length === 0 ? messageId : `${messageId}; ${refusedOf(rejected.length)}`,
        };
      } catch (error) {
        throw error instanceof PortError ? error : asPortError(error);
      } finally {
        clearTimeout(deadline);
        transport.close();
      }
    },
  };
}

function refusedOf(recipients: number): string {
  return recipients === 1 ? '1 recipient was refused' : `${recipients} recipients were refused`;
}

interface Server {
  host: string;
  port: number;
  secure: boolean;
  auth: { user: string; pass: string } | undefined;
}

/** @throws PortError where the address is none; it is a secret, so the error does not repeat it. */
function serverOf(address: string): Server {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : null;
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    const expected = 'smtps://USER:PASSWORD@HOST:465 or smtp://USER:PASSWORD@HOST:587';
    throw new PortError('SmtpAddress', `the SMTP server's address is none, expected ${expected}`, {
      transient: false,
    });
  }
  const secure = url.protocol === 'smtps:';
  const [user, pass] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    auth: user === '' ? undefined : { user, pass },
  };
}

function composed({ pictures, headers, tags: _tags, ...mail }: Mail) {
  return {
    ...mail,
    headers: headers.map(({ name, value }) => ({ key: name, value })),
    attachments: pictures.map(({ id, fileName, png }) => ({
      filename: fileName,
      cid: id,
      contentType: 'image/png',
      content: Buffer.from(png),
    })),
    disableFileAccess: true as const,
    disableUrlAccess: true as const,
  };
}

/** Failures of the connection that pass, by nodemailer's names; a certificate that does not fit is none of them. */
const PASSING = new Set([
  'ETIMEDOUT',
  'ECONNECTION',
  'ECONNREFUSED',
  'ECONNRESET',
  'ESOCKET',
  'EDNS',
  'EPROTOCOL',
]);

function timedOut(timeoutMs: number): PortError {
  return new PortError('Timeout', `the SMTP server did not answer within ${timeoutMs} ms`, {
    transient: true,
  });
}

/** RFC 5321, 4.2.1: 4yz passes, 5yz does not. */
function asPortError(error: unknown): PortError {
  const { code, responseCode, message } = error as { code?: string; responseCode?: number; message: string };
  if (typeof responseCode === 'number') {
    return new PortError(`Smtp${responseCode}`, message, { transient: responseCode < 500 });
  }
  const untrusted = /certificate|self.signed|altnames/i.test(message);
  const transient = !untrusted && PASSING.has(code ?? '');
  return new PortError(code ?? 'Smtp', `the SMTP server could not be asked: ${message}`, { transient });
}

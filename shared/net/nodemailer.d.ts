/** What is used of nodemailer, which comes without types. */
declare module 'nodemailer' {
  interface Address {
    name: string;
    address: string;
  }

  export interface Transport {
    sendMail(mail: {
      from: string;
      to: string[];
      cc: string[];
      replyTo: string[];
      subject: string;
      text: string;
      html: string;
      headers: { key: string; value: string }[];
      attachments: { filename: string; cid: string; contentType: string; content: Buffer }[];
      disableFileAccess: true;
      disableUrlAccess: true;
    }): Promise<{ messageId: string; rejected: (string | Address)[] }>;
    close(): void;
  }

  export function createTransport(options: {
    host: string;
    port: number;
    secure: boolean;
    requireTLS: boolean;
    auth?: { user: string; pass: string };
    connectionTimeout: number;
    greetingTimeout: number;
    socketTimeout: number;
    dnsTimeout: number;
    tls?: { ca?: string };
  }): Transport;
}

/** What is used of mailparser, which comes without types. */
declare module 'mailparser' {
  export interface ParsedMail {
    subject?: string;
    text?: string;
    html: string | false;
    messageId?: string;
    references?: string | string[];
    headers: Map<string, unknown>;
    headerLines: { key: string; line: string }[];
    attachments: { contentType: string; cid?: string; related: boolean; content: Buffer }[];
  }

  export function simpleParser(
    raw: string,
    options?: Record<'skipTextToHtml' | 'skipHtmlToText' | 'skipTextLinks' | 'skipImageLinks', boolean>,
  ): Promise<ParsedMail>;
}

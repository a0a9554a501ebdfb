import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { listen, type Running } from '../../http/listen.ts';

/** What SES does with one mail instead of taking it. */
export type SesFault =
  /** Refused: the error's name and status as the API reference lists them. */
  | { kind: 'error'; name: string; status: number; message: string; times?: number }
  /** The connection is reset; nothing was taken. */
  | { kind: 'reset'; times?: number }
  /** No answer at all; nothing was taken. */
  | { kind: 'hang'; times?: number }
  /** The mail is taken, the answer gets lost. */
  | { kind: 'lost'; times?: number }
  /** Taken as usual: a gap between faults. */
  | { kind: 'take'; times?: number };

/** Its `url` is the endpoint to give the SDK in place of the inbox's. */
export interface SesFaults extends Running {
  /** What happens to the next mails; replaces what was left. */
  script(faults: SesFault[]): void;
  /** Mails that were attempted, refused ones included. */
  attempts(): number;
}

const SEND = '/v2/email/outbound-emails';

/** Hands a request to the inbox as it is; `answer` null drops what comes back. */
function forward(
  target: string,
  incoming: IncomingMessage,
  answer: ServerResponse | null,
  lost: () => void,
): void {
  const { method, headers, url } = incoming;
  const options = { ...(method === undefined ? {} : { method }), headers, agent: false };
  const onward = request(new URL(url ?? '/', target), options, (response) => {
    if (answer === null) {
      response.resume();
      response.once('end', lost);
      return;
    }
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  onward.once('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}

function refuse(
  response: ServerResponse,
  { name, status, message }: Extract<SesFault, { kind: 'error' }>,
): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': name });
  response.end(JSON.stringify({ message }));
}

/** Does what the script says; whatever is no mail passes. */
function handle(target: string, fault: SesFault, incoming: IncomingMessage, response: ServerResponse): void {
  switch (fault.kind) {
    case 'take':
      forward(target, incoming, response, () => undefined);
      return;
    case 'lost':
      forward(target, incoming, null, () => incoming.socket.resetAndDestroy());
      return;
    case 'hang':
      incoming.resume();
      return;
    case 'reset':
      incoming.socket.resetAndDestroy();
      return;
    case 'error':
      incoming.resume();
      incoming.once('end', () => refuse(response, fault));
      return;
  }
}

/** A server in front of the embedded SES (`target`, its URL) that fails as the real one does, by script. */
export async function startSesFaults(target: string): Promise<SesFaults> {
  let queue: SesFault[] = [];
  let attempts = 0;
  const server = createServer((incoming, response) => {
    const isMail = incoming.method === 'POST' && incoming.url?.startsWith(SEND) === true;
    if (isMail) attempts++;
    handle(target, (isMail ? queue.shift() : undefined) ?? { kind: 'take' }, incoming, response);
  });
  return {
    ...(await listen(server)),
    script(faults) {
      queue = faults.flatMap((fault) => Array<SesFault>(fault.times ?? 1).fill(fault));
    },
    attempts: () => attempts,
  };
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { parsedJson } from '../../../shared/json.ts';
import { bodyText } from '../../http/body.ts';
import { isLoopbackName } from '../../http/web-pages.ts';
import { servePage } from '../sent-page/page.ts';
import { type Answer, refusal } from './answers.ts';
import { type Script, type ScriptedAnswer, scriptRequestSchema } from './faults.ts';
import { type Bot, judgeRequest } from './hook.ts';
import { type Inbox, maskToken } from './inbox.ts';
import { entriesOf, WORDS } from './page.ts';
import type { RateLimit } from './rate-limit.ts';

const HOOK = /^\/open-apis\/bot\/v2\/hook\/([^/?]+)$/;
/** Kept no further than this: enough to be judged too big. */
const BODY_BYTES_MAX = 256 * 1024;

/** What a stand-in works with. */
export interface House {
  clock: () => number;
  botFor(token: string): Bot | null;
  inbox: Inbox;
  script: Script;
  /** null: no limits. */
  rates: RateLimit | null;
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body);
}

/** What the service itself would answer, and the message kept where it was taken. */
function judge(house: House, token: string, raw: string): Answer {
  const { inbox } = house;
  const at = house.clock();
  const bot = house.botFor(token);
  const name = bot?.name ?? maskToken(token);
  const limit = house.rates?.take(token, at) ?? null;
  if (limit !== null) {
    inbox.refuse({ at, token, bot: name, reason: `rate limit of a ${limit}` });
    return limit === 'second' ? refusal(9499, 'too many request', 400) : refusal(11232);
  }
  const { answer, body } = judgeRequest(raw, bot, at);
  if (answer.body.code === 0 && body !== null) {
    inbox.take({ at, token, bot: name, msgType: String(body.msg_type), body });
  } else {
    inbox.refuse({ at, token, bot: name, reason: `${answer.body.code} ${answer.body.msg}` });
  }
  return answer;
}

function fault(house: House, scripted: ScriptedAnswer, token: string, raw: string, response: ServerResponse) {
  const { inbox } = house;
  const noted = (reason: string) =>
    inbox.refuse({
      at: house.clock(),
      token,
      bot: house.botFor(token)?.name ?? maskToken(token),
      reason: `scripted: ${reason}`,
    });
  switch (scripted.kind) {
    case 'code': {
      const { status, headers, body } = refusal(scripted.code, scripted.message, scripted.status);
      noted(String(scripted.code));
      return send(response, status, { ...headers, ...scripted.headers }, JSON.stringify(body));
    }
    case 'status':
      noted(`HTTP ${scripted.status}`);
      return send(response, scripted.status, scripted.headers ?? {}, scripted.body ?? '');
    case 'reset':
      noted('reset');
      return response.socket?.resetAndDestroy();
    case 'hang':
      return noted('no answer');
    case 'lost':
      judge(house, token, raw);
      return response.socket?.resetAndDestroy();
    case 'judge': {
      const answer = judge(house, token, raw);
      return send(response, answer.status, answer.headers, JSON.stringify(answer.body));
    }
  }
}

async function serveHook(house: House, token: string, request: IncomingMessage, response: ServerResponse) {
  const raw = await bodyText(request, BODY_BYTES_MAX);
  return fault(house, house.script.next(token) ?? { kind: 'judge' }, token, raw, response);
}

/** A page elsewhere may make a browser post here, but not as JSON without asking first. */
async function serveScript(house: House, request: IncomingMessage, response: ServerResponse) {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) {
    return send(response, 415, {}, JSON.stringify({ error: 'expected application/json' }));
  }
  const body = parsedJson(await bodyText(request, BODY_BYTES_MAX));
  if (body === undefined) return send(response, 400, {}, JSON.stringify({ error: 'the body is no JSON' }));
  const parsed = scriptRequestSchema.safeParse(body);
  if (!parsed.success) return send(response, 400, {}, JSON.stringify({ error: parsed.error.issues }));
  house.script.set(parsed.data.token, parsed.data.answers);
  return send(response, 200, {}, JSON.stringify({ scripted: parsed.data.answers.length }));
}

/** Answers one request: a bot's hook, the page, or the API beside it. */
export async function serve(house: House, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://stand-in').pathname;
  const token = HOOK.exec(path)?.[1];
  if (request.method === 'POST' && token !== undefined) {
    await serveHook(house, decodeURIComponent(token), request, response);
  } else if (!isLoopbackName(request.headers.host)) {
    send(response, 403, {}, JSON.stringify({ error: 'this page answers to names of this machine only' }));
  } else if (request.method === 'POST' && path === '/api/script') {
    await serveScript(house, request, response);
  } else if (request.method === 'GET' && path === '/api/messages') {
    const messages = house.inbox.received().map(({ token: _token, ...message }) => message);
    const refused = house.inbox.refused().map(({ token: _token, ...entry }) => entry);
    send(response, 200, {}, JSON.stringify({ messages, refused }));
  } else if (request.method === 'GET' && (path === '/' || path === '/messages')) {
    servePage(request, response, WORDS, entriesOf(house.inbox));
  } else {
    send(response, 404, {}, JSON.stringify({ error: `there is nothing at ${path}` }));
  }
}

/** A responder on a stack of its own, and alerts that fire for whoever follows a link. */
import { afterAll, beforeAll } from 'vitest';
import { createHandler, type ResponderHandler } from '../../../functions/responder/handler.ts';
import { LocalSecrets } from '../../../infra/local/secrets.ts';
import { acknowledgementOf } from '../../../shared/alerts/acknowledgement.ts';
import { type Link, signLink } from '../../../shared/links/link.ts';
import { listSilences } from '../../../shared/routing/silences.ts';
import { HOUR, SECRETS, startTestStack, type TestStack } from '../../support/stack.ts';
import { type Asked, urlEvent } from './url-event.ts';

const DOCUMENT = `
version: 1
timeZone: Asia/Shanghai
rules:
  - { id: errors, title: Errors at the gate, match: ERROR, groupBy: { who: $.who }, when: { count: ">= 2", within: 5m } }
receivers:
  - { name: ops, email: [{ to: [ops@example.com] }] }
route: { receiver: ops, groupWait: 1s, groupInterval: 5m, repeatInterval: 1h }
`;
export const HOSTILE = "<script>alert(1)</script>\"onload='x' <at id=all></at>";

/** Opens it before the tests of a file, and closes it after them. */
export function openDoor() {
  let stack: TestStack;
  let respond: ResponderHandler;
  let hosts = 0;

  beforeAll(async () => {
    stack = await startTestStack(DOCUMENT);
    respond = createHandler(stack.environmentOf('responder'), {
      ...stack.outside,
      secrets: new LocalSecrets(SECRETS, {}),
    });
  });
  afterAll(async () => stack.stop());

  function nextHost(): string {
    hosts += 1;
    return `host-${hosts}`;
  }

  /** An alert of its own that fires; the same for all links of a test. */
  async function firing(who = nextHost()): Promise<Link> {
    const line = JSON.stringify({ level: 'ERROR', who, text: HOSTILE });
    await stack.log([line, line]);
    const { alert } = stack.said('alert').findLast((said) => said.alert.labels.who === who) ?? {};
    if (alert === undefined) throw new Error(`No alert began for ${who}.`);
    const { ruleId, fingerprint, startsAt } = alert;
    const expiresAt = stack.clock.now() + HOUR;
    return { purpose: 'view', ruleId, fingerprint, startsAt, receiver: 'ops', expiresAt, nonce: 'n1' };
  }

  const open = (token: string, asked: Asked = {}) => respond(urlEvent(`/${token}`, asked));
  return {
    stack: () => stack,
    nextHost,
    firing,
    open,
    send: (token: string, fields: Record<string, string>, asked: Asked = {}) =>
      open(token, { method: 'POST', form: fields, ...asked }),
    acknowledged: (link: Link) => acknowledgementOf(stack.state, link),
    silences: () => listSilences(stack.state),
  };
}

export function tokenOf(link: Link, changes: Partial<Link> = {}): string {
  return signLink(SECRETS.links, { ...link, ...changes });
}

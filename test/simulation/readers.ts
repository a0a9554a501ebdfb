/** Readers of notifications, who follow a link, and try again where that fails. */
import { type RespondDeps, respond } from '../../functions/responder/respond.ts';
import { signLink } from '../../shared/links/link.ts';
import type { LambdaFunction } from './lambda.ts';
import type { OutsideWorld } from './outside-world.ts';
import { Random } from './random.ts';
import type { World } from './world.ts';

const KEY = 'of the links';
const TRIES = 3;
const PATIENCE_MS = 5_000;
const VALID_MS = 86_400_000;

/** What a reader sends: the link's token, and what the form holds. */
export interface Click {
  token: string;
  fields: Record<string, string>;
}

/** The responder as a warm function has it. */
export function responder(deps: Omit<RespondDeps, 'key'>): (click: Click) => Promise<number> {
  return async ({ token, fields }) => {
    const form = { kind: 'fields' as const, fields: new URLSearchParams(fields) };
    const request = { method: 'POST', token, locale: 'en' as const, foreign: false, form };
    const { statusCode = 200 } = await respond({ ...deps, key: async () => KEY }, request);
    return statusCode;
  };
}

export class Readers {
  readonly #world: World;
  readonly #outside: OutsideWorld;
  readonly #responder: LambdaFunction<Click, number>;
  readonly #random: Random;

  constructor(world: World, outside: OutsideWorld, responder: LambdaFunction<Click, number>) {
    this.#world = world;
    this.#outside = outside;
    this.#responder = responder;
    this.#random = new Random(world.seed + 0xc11c5);
  }

  /** Somebody follows a link of something that was told by now. */
  click(now: number): void {
    const random = this.#random;
    const { received } = this.#outside;
    if (received.length === 0) return;
    const { notification } = random.pick(received);
    const { ruleId, fingerprint, startsAt } = random.pick(notification.alerts);
    const purpose = random.pick(['acknowledge', 'silence'] as const);
    const link = {
      purpose,
      ruleId,
      fingerprint,
      startsAt,
      receiver: notification.receiver,
      expiresAt: now + VALID_MS,
      nonce: `of ${notification.id}`,
    };
    const token = signLink(KEY, link);
    const fields = { name: 'Wei', comment: '', for: '1h' };
    this.#try(`${purpose} ${ruleId} since ${startsAt}`, { token, fields }, TRIES);
  }

  #try(what: string, click: Click, tries: number): void {
    const again = (why: string) => {
      this.#world.note(() => `READER: ${what} failed: ${why}`);
      if (tries > 1) this.#world.after(PATIENCE_MS, () => this.#try(what, click, tries - 1));
    };
    const done = (status: number) => this.#world.note(() => `READER: ${what} was answered ${status}`);
    this.#responder.invoke(click, done, again);
  }
}

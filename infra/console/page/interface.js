/** The console's interface over HTTP. */
import { locale, t, timeZone } from './locale.js';
import { setClock } from './times.js';

/** A refusal, with the sentence that says why. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Nothing answered. */
export class Unreachable extends Error {
  constructor() {
    super(t('lostHint'));
  }
}

export async function read(path, query = {}) {
  const search = new URLSearchParams({ ...query, lang: locale, zone: timeZone });
  return await ask(`${path}?${search}`, { headers: { accept: 'application/json' } });
}

export async function act(path, body) {
  const search = new URLSearchParams({ lang: locale, zone: timeZone });
  const headers = { 'content-type': 'application/json' };
  return await ask(`${path}?${search}`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function ask(address, how) {
  const response = await fetch(address, how).catch((error) => {
    if (error instanceof TypeError) throw new Unreachable();
    throw error;
  });
  const answer = await response.json();
  if (!response.ok) throw new Refused(response.status, answer.error ?? response.statusText);
  if (typeof answer.now === 'number') setClock(answer.now);
  return answer;
}

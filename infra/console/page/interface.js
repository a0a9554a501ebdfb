/** The console's interface over HTTP. */
import { locale, timeZone } from './locale.js';
import { setClock } from './times.js';

/** A refusal, with the sentence that says why. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function read(path, query = {}) {
  const search = new URLSearchParams({ ...query, lang: locale, zone: timeZone });
  return await answerOf(await fetch(`${path}?${search}`, { headers: { accept: 'application/json' } }));
}

export async function act(path, body) {
  const search = new URLSearchParams({ lang: locale, zone: timeZone });
  const headers = { 'content-type': 'application/json' };
  return await answerOf(
    await fetch(`${path}?${search}`, { method: 'POST', headers, body: JSON.stringify(body) }),
  );
}

async function answerOf(response) {
  const answer = await response.json();
  if (!response.ok) throw new Refused(response.status, answer.error ?? response.statusText);
  if (typeof answer.now === 'number') setClock(answer.now);
  return answer;
}

/** What came of an attempt, and what the other side said: a reason, or the id under which it took the message. */
import { t } from './locale.js';

export function outcomeWords(outcome, said) {
  const word = t(`outcome-${outcome}`);
  if (said === null) return word;
  return outcome === 'delivered' ? `${word} · ${said}` : t('because', { what: word, why: said });
}

/**
 * What is a secret by its form: keys and tokens of well-known services, passwords by the name before them, card
 * numbers by their check digit. Every repetition is bounded, so that no line takes long.
 */

/** Whole matches that are secret (prefixes as the services document them). */
const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]{0,4000}?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  /\beyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{0,1000}/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_\w{22,255}\b/g,
  /\bglpat-[\w-]{20,64}/g,
  /\bxox[abeprs]-[A-Za-z0-9-]{10,250}/g,
  /\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,128}\b/g,
  /\bAIza[\w-]{35}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
];

/** What follows these is secret; they themselves say what was there. */
const NAMED: readonly RegExp[] = [
  /(\b(?:password|passwd|passphrase|pwd|secret|api[_-]?key|client[_-]?secret|secret[_-]?access[_-]?key|private[_-]?key|(?:access|auth|refresh|session|id)[_-]?token)\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)[^\s"'\\,;&}<>]{4,512}/gi,
  /(\btoken\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?)[\w.~+/=-]{16,2000}/gi,
  /(\bauthorization\\?["']?\s{0,3}[:=]\s{0,3}\\?["']?(?:basic|bearer|digest|token)?\s{0,3})[\w.~+/=-]{8,2000}/gi,
  /(\bbearer\s{1,3})[\w.~+/=-]{16,2000}/gi,
  /([a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{1,128}:)[^\s/@]{1,128}(?=@)/gi,
];

const CARD = /(?<![\w.-])[3-6]\d(?:[ -]?\d){11,17}(?![\w-])/g;

/** The text without secrets, `mark` in the place of each. */
export function withoutSecrets(text: string, mark: string): string {
  const plain = FORMS.reduce((rest, form) => rest.replace(form, mark), text);
  const unnamed = NAMED.reduce(
    (rest, form) => rest.replace(form, (_, name: string) => `${name}${mark}`),
    plain,
  );
  return unnamed.replace(CARD, (digits) => (isCardNumber(digits) ? mark : digits));
}

/** Luhn's check digit (ISO/IEC 7812-1, annex B). */
function isCardNumber(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, index) => {
    const doubled = digit * 2;
    return total + (index % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

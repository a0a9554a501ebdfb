/** Signs that look like YAML's and are none, and colons without the space behind them that makes them YAML's. */

const FULL_WIDTH_COLON = '：';
/** Of the kinds that keyboards and web pages bring: no-break, those of typography, full-width. */
const SPACES = '\\u00a0\\u2002-\\u200a\\u202f\\u3000';
const OTHER_SPACES = new RegExp(`[${SPACES}]`);
const OTHER_SPACES_ALL = new RegExp(`[${SPACES}]`, 'g');

/** What is read up to a colon as a text of its own, and no key. */
const NO_KEYS = new Set(['secret', 'http', 'https', 'arn', 'mailto', 'smtp', 'smtps']);
/** A key whose colon is of full width, or has its value right behind it. */
const GLUED_KEY = /^([A-Za-z]\w*)(?:：|:(?=[^ \t\r\n/:]))/;
/** Another key behind a comma of full width. */
const GLUED_PAIR = /，\s*[A-Za-z]\w*\s*[:：]/;

/** Whether a text that YAML reads as one value begins with what was meant as a key. */
export function beginsWithGluedKey(text: string): boolean {
  const word = GLUED_KEY.exec(text)?.[1];
  return word !== undefined && !NO_KEYS.has(word);
}

export function holdsGluedPair(text: string): boolean {
  return GLUED_PAIR.test(text);
}

/** Whether white space that YAML takes for text stands before anything else in a line. */
export function isIndentedByOtherSpaces(line: string): boolean {
  return OTHER_SPACES.test(/^\s*/.exec(line)?.[0] ?? '');
}

/** Each way to write a line with YAML's own signs, and what YAML makes of those that stand there. */
const REWRITINGS: { rewrite: (line: string) => string; message: string }[] = [
  {
    rewrite: (line) => line.replace(OTHER_SPACES_ALL, ' '),
    message: 'YAML reads a no-break or full-width space as a part of the text',
  },
  {
    rewrite: (line) =>
      line
        .replace(/(^\s*(?:- +)*|[{,，]\s*)([A-Za-z]\w*)\s*：\s*/g, '$1$2: ')
        .replace(/，\s*(?=[A-Za-z]\w*\s*:)/g, ', ')
        .trimEnd(),
    message: `YAML reads the full-width signs ${FULL_WIDTH_COLON} and ， as a part of the text`,
  },
  {
    rewrite: (line) =>
      line.replace(/(^\s*(?:- +)*|[{,]\s*)([A-Za-z]\w*):(?=[^\s/:])/g, (all, before: string, key: string) =>
        NO_KEYS.has(key) ? all : `${before}${key}: `,
      ),
    message: 'YAML reads a key only where a space follows its colon',
  },
  {
    rewrite: (line) => line.replace(/(:\s+)secret:\s+(?=[\w-])/g, '$1secret:'),
    message: 'YAML reads a colon before a space as the end of a key',
  },
];

/** The line as it was probably meant, each of its signs one by one mended. */
export function rewritings(line: string): { line: string; message: string }[] {
  return REWRITINGS.map(({ rewrite, message }) => ({ line: rewrite(line), message })).filter(
    (rewritten) => rewritten.line !== line,
  );
}

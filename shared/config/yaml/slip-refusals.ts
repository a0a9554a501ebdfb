import { type Document, isCollection, isScalar, visit, type YAMLParseError } from 'yaml';

/** What YAML refuses, in words for people. */
interface Refusal {
  offset: number;
  /** Of what is being written there. */
  at: number;
  message: string;
  expected?: string;
}

const KEY_EXPECTED = 'key: value, with a space behind the colon';
const INDENT_EXPECTED = 'the indentation of the lines it belongs to';

/** By the beginning of YAML's own words. */
const WORDS: [words: string, message: string, expected: string][] = [
  ['Implicit keys need to be on a single line', 'this line has no key with a value', KEY_EXPECTED],
  ['Implicit map keys need to be followed', 'this line has no key with a value', KEY_EXPECTED],
  ['All mapping items must start', 'the keys of a map begin in different columns', INDENT_EXPECTED],
  ['All sequence items must start', 'the entries of a list begin in different columns', INDENT_EXPECTED],
  ['Sequence item without - indicator', 'a list ends here, and no key begins', INDENT_EXPECTED],
  ['Nested mappings are not allowed', 'a key begins within the value before it', INDENT_EXPECTED],
];

/** Where the text is to be mended, which of what is never closed is where it opens. */
export function refusalOf(document: Document, text: string, { pos: [at], message }: YAMLParseError): Refusal {
  const unclosed = openedBefore(document, message, at);
  if (unclosed !== null) {
    const sign = text[unclosed] ?? '';
    const noun = sign === '{' || sign === '[' ? 'bracket' : 'quote';
    return { offset: unclosed, at: unclosed, message: `the ${noun} ${sign} that opens here is never closed` };
  }
  const [, ownMessage, expected] = WORDS.find(([words]) => message.startsWith(words)) ?? [];
  if (ownMessage === undefined || expected === undefined) return { offset: at, at, message };
  const indentation = /^ */.exec(text.slice(at))?.[0].length ?? 0;
  return { offset: at + indentation, at, message: ownMessage, expected };
}

/** The outermost bracket, or the quote, that is open where YAML misses its end; null: nothing is. */
function openedBefore(document: Document, message: string, at: number): number | null {
  const isQuote = /^Missing closing ["']quote/.test(message);
  if (!isQuote && !/^Flow (?:map|sequence) in block collection/.test(message)) return null;
  let opened: number | null = null;
  visit(document, {
    Node: (_, node) => {
      const start = node.range?.[0];
      if (start === undefined || start >= at || (node.range?.[2] ?? 0) < at) return undefined;
      const isQuoted = isScalar(node) && node.type?.startsWith('QUOTE');
      if (isQuote ? !isQuoted : !(isCollection(node) && node.flow === true)) return undefined;
      opened = start;
      return visit.BREAK;
    },
  });
  return opened;
}

/**
 * Online mining of log templates after Drain (He, Zhu, Zheng, Lyu: "Drain: An Online Log Parsing Approach with Fixed
 * Depth Tree", ICWS 2017). A message goes down a tree of fixed depth to a leaf, and there joins the template that is
 * most similar to it, which then loses the words in which they differ; or it founds a template of its own.
 *
 * What is ours: the way to the leaf is a function of the message alone (its number of words, its first two constant
 * words, and its words that never are a parameter), so that functions that know different parts of the tree agree on
 * where a message belongs; and similarity asks constant words only, since masks say nothing about the kind. A leaf that
 * is full founds no more: what comes joins the closest. So memory is bounded by leaves, and a template is widened at
 * most once per word.
 */
import { levelOfWord } from '../logs/levels.ts';
import { headerLength } from './header.ts';
import { isConstant, MASK } from './word.ts';
import { maskedWords } from './words.ts';

/** The share of constant words that a message has in common with the template it joins. */
const SIMILARITY_MIN = 0.7;
/** Constant words on the way to a leaf. */
const PREFIX_WORDS = 2;
const LEAF_TEMPLATES_MAX = 32;

/** A message ready to be placed. */
export interface Shape {
  /** Names its leaf. */
  leaf: string;
  words: readonly string[];
}

/** The words of a message without what varies and without its header, and the leaf that they lead to. */
export function shapeOf(message: string): Shape {
  const all = maskedWords(message);
  const words = all.slice(headerLength(message, all));
  const prefix: string[] = [];
  const fixed: string[] = [];
  for (const word of words) {
    if (!isConstant(word)) continue;
    if (prefix.length < PREFIX_WORDS) prefix.push(word);
    else if (neverVaries(word)) fixed.push(word);
  }
  return { leaf: [words.length, ...prefix, ...fixed].join(' '), words };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const CAPITALS = /^[^A-Za-z]*([A-Z]{3,13})[^A-Za-z]*$/;

/** Levels and HTTP methods in capitals tell kinds apart wherever they stand. */
function neverVaries(word: string): boolean {
  const capitals = CAPITALS.exec(word)?.[1];
  return capitals !== undefined && (METHODS.has(capitals) || levelOfWord(capitals) !== null);
}

/** Which template of its leaf a message belongs to: its index, -1 where it founds a new one. */
export function closest(templates: readonly (readonly string[])[], words: readonly string[]): number {
  let best = -1;
  let bestSimilarity = templates.length < LEAF_TEMPLATES_MAX ? SIMILARITY_MIN : 0;
  for (const [index, template] of templates.entries()) {
    const similarity = similarityOf(template, words);
    if (similarity < bestSimilarity || (similarity === bestSimilarity && best !== -1)) continue;
    best = index;
    bestSimilarity = similarity;
  }
  return best;
}

/** Of the constant words that either has, the share that both have; the template's masks agree with anything. */
function similarityOf(template: readonly string[], words: readonly string[]): number {
  let same = 0;
  let different = 0;
  for (const [at, expected] of template.entries()) {
    const word = words[at] ?? '';
    if (expected === MASK) continue;
    const differs = expected !== word;
    if (!isConstant(expected) && !(differs && isConstant(word))) continue;
    if (differs) different++;
    else same++;
  }
  return same + different === 0 ? 1 : same / (same + different);
}

/** The template without the words in which the message differs; the very same where it differs in none. */
export function widened(template: readonly string[], words: readonly string[]): readonly string[] {
  if (template.every((expected, at) => expected === MASK || expected === words[at])) return template;
  return template.map((expected, at) => (expected === words[at] ? expected : MASK));
}

/** A template as people read it. */
export function templateText(words: readonly string[]): string {
  return words.join(' ');
}

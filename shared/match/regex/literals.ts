import { size } from './charset.ts';
import type { Node } from './syntax.ts';

/** More alternatives than this are not worth looking for. */
const MAX_LITERALS = 48;
/** Sets up to this size are written out as alternatives. */
const MAX_SET = 4;

/**
 * What is known of the texts that a piece matches. `exact`: all of them, where they are few. `required`: one of
 * these occurs in each of them.
 */
interface Knowledge {
  exact: string[] | null;
  required: string[] | null;
}

const NOTHING: Knowledge = { exact: null, required: null };

/**
 * Literals of which at least one occurs in every text that matches; null where none are known. The method is that
 * of Russ Cox, "Regular Expression Matching with a Trigram Index" (2012), kept to whole literals.
 */
export function requiredLiterals(root: Node): string[] | null {
  return settle(study(root)).required;
}

function study(node: Node): Knowledge {
  switch (node.kind) {
    case 'class':
      return { exact: size(node.set) <= MAX_SET ? node.set.flatMap(charactersOf) : null, required: null };
    case 'assert':
      return { exact: [''], required: null };
    case 'group':
      return study(node.node);
    case 'concat':
      return studyConcat(node.items);
    case 'alternation':
      return studyAlternation(node.options.map(study));
    case 'repeat':
      return studyRepeat(node);
  }
}

function charactersOf([low, high]: readonly [number, number]): string[] {
  return Array.from({ length: high - low + 1 }, (_, index) => String.fromCodePoint(low + index));
}

function studyConcat(items: Node[]): Knowledge {
  let best: string[] | null = null;
  let exact: string[] | null = [''];
  let whole = true;
  for (const item of items) {
    const known = study(item);
    const longer: string[] | null = exact && known.exact ? product(exact, known.exact) : null;
    if (longer) {
      exact = longer;
      continue;
    }
    whole = false;
    best = better(best, better(exact, known.required));
    exact = known.exact ?? [''];
  }
  return whole ? { exact, required: null } : { exact: null, required: better(best, exact) };
}

function product(left: string[], right: string[]): string[] | null {
  if (left.length * right.length > MAX_LITERALS) return null;
  return left.flatMap((a) => right.map((b) => a + b));
}

function studyAlternation(options: Knowledge[]): Knowledge {
  if (options.every(({ exact }) => exact)) {
    const exact = options.flatMap(({ exact }) => exact ?? []);
    if (exact.length <= MAX_LITERALS) return { exact, required: null };
  }
  const required = options.map((option) => settle(option).required);
  if (!required.every((literals) => literals)) return NOTHING;
  const all = required.flatMap((literals) => literals ?? []);
  return all.length <= MAX_LITERALS ? { exact: null, required: all } : NOTHING;
}

function studyRepeat(node: Node & { kind: 'repeat' }): Knowledge {
  const body = study(node.node);
  if (node.min === 0) {
    return node.max === 1 && body.exact ? { exact: [...body.exact, ''], required: null } : NOTHING;
  }
  return node.min === 1 && node.max === 1 ? body : { exact: null, required: settle(body).required };
}

/** Turns `exact` into `required`. */
function settle(known: Knowledge): Knowledge {
  return { exact: null, required: better(known.required, known.exact) };
}

/** The more selective of two sets: the one whose shortest literal is longer. An empty literal selects nothing. */
function better(a: string[] | null, b: string[] | null): string[] | null {
  return worth(b) > worth(a) ? b : worth(a) > 0 ? a : null;
}

function worth(literals: string[] | null): number {
  if (!literals || literals.length === 0) return 0;
  return Math.min(...literals.map((literal) => literal.length));
}

/** The CloudWatch Logs filter pattern language, as read. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
export type FilterPattern =
  /** The empty pattern. */
  | { kind: 'every' }
  | { kind: 'terms'; terms: Term[] }
  /** `%…%` alone. */
  | { kind: 'regex'; source: string }
  | { kind: 'json'; condition: JsonCondition }
  | { kind: 'delimited'; entries: Entry[] };

/** A case-sensitive substring: required, excluded (`-`), or one of several (`?`). */
export interface Term {
  sign: 'must' | 'not' | 'maybe';
  text: string;
}

export type CompareOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** `text` may begin and end with `*`; `number` compares by value. */
export type Operand =
  | { kind: 'text'; text: string }
  | { kind: 'number'; value: number; text: string }
  | { kind: 'regex'; source: string };

export type SelectorStep =
  | { kind: 'name'; name: string }
  | { kind: 'index'; index: number }
  /** `.*` */
  | { kind: 'anyName' }
  /** `[*]` */
  | { kind: 'anyIndex' };

export type JsonCondition =
  | { kind: 'or' | 'and'; of: JsonCondition[] }
  | { kind: 'compare'; selector: SelectorStep[]; operator: CompareOperator; operand: Operand }
  | { kind: 'is'; selector: SelectorStep[]; value: 'NULL' | 'TRUE' | 'FALSE' }
  | { kind: 'notExists'; selector: SelectorStep[] };

/** One field of a space-delimited pattern. */
export type Entry =
  | { kind: 'ellipsis' }
  | { kind: 'field'; name: string | null; condition: FieldCondition | null };

export type FieldCondition =
  | { kind: 'or' | 'and'; of: FieldCondition[] }
  | { kind: 'compare'; field: string; operator: CompareOperator; operand: Operand };

/** A pattern that is not in the language. */
export class PatternError extends Error {
  /** Index of the character that is wrong. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'PatternError';
    this.position = position;
  }
}

import type { Condition, FieldReference, Rule, Selector } from '../config/model.ts';
import type { LogEvent } from '../logs/event.ts';
import { compileExtractor, type Extractor, withFields } from './fields.ts';
import type { Line } from './line.ts';
import { type Needs, needAny } from './pattern/need.ts';
import type { JsonValue } from './pattern/subject.ts';
import { type FieldValue, readReference } from './references.ts';
import {
  type AsJson,
  addCaptures,
  type Captures,
  type CompiledSelector,
  compileSelector,
} from './selector.ts';

/** Whether the selectors of one entry of `when` held. */
export interface ClauseHit {
  /** The condition's `of`; true where it has none. */
  of: boolean;
  /** The condition's `until`; false where it has none. */
  until: boolean;
}

/** One event for which a rule had something to say. */
export interface Hit {
  readonly rule: Rule;
  /** Index into the rules that the program was compiled from. */
  readonly ruleIndex: number;
  readonly event: LogEvent;
  /** The rule's `match` held. */
  readonly matched: boolean;
  /** One for each entry of `when`, in its order. */
  readonly clauses: readonly ClauseHit[];
  /** The value of a field for this event; undefined: missing, an object or an array. */
  read(reference: FieldReference): FieldValue;
  /** The message as JSON where it is an object or an array, else undefined. */
  json(): JsonValue | undefined;
}

interface CompiledClause {
  of: CompiledSelector | null;
  until: CompiledSelector | null;
}

/** A rule whose selectors are compiled once. */
export class CompiledRule {
  readonly rule: Rule;
  readonly index: number;
  /** What a line must hold for the rule to have something to say. */
  readonly needs: Needs;
  readonly match: CompiledSelector;
  readonly clauses: readonly CompiledClause[];
  readonly extract: Extractor | null;
  readonly asJson: AsJson | null;
  private readonly wantsUnmatched: boolean;
  private readonly plainClauses: readonly ClauseHit[];

  /** Throws a `PatternError` or a `RegexError`. */
  constructor(rule: Rule, index: number) {
    this.rule = rule;
    this.index = index;
    this.extract = rule.fields && compileExtractor(rule.fields);
    this.asJson = this.extract && withFields(this.extract);
    this.match = compileSelector(rule.match, this.asJson);
    this.clauses = rule.when.map(({ condition }) => this.compileClause(condition));
    const others = this.clauses
      .flatMap(({ of, until }) => [of, until])
      .filter((selector) => selector !== null);
    this.wantsUnmatched = others.length > 0;
    this.needs =
      others.length === 0 ? this.match.needs : needAny([this.match, ...others].map(({ needs }) => needs));
    this.plainClauses = this.clauses.map(() => ({ of: true, until: false }));
  }

  private compileClause(condition: Condition): CompiledClause {
    const compile = (selector: Selector | null): CompiledSelector | null =>
      selector && compileSelector(selector, this.asJson);
    return { of: compile(ofSelector(condition)), until: compile(untilSelector(condition)) };
  }

  /** What the rule has to say about a line; null: nothing. */
  judge(line: Line): Hit | null {
    const matched = this.match.test(line);
    if (!this.wantsUnmatched) return matched ? new RuleHit(this, line, true, this.plainClauses) : null;
    const clauses = this.clauses.map(({ of, until }) => ({
      of: of === null || of.test(line),
      until: until?.test(line) ?? false,
    }));
    const wanted = this.clauses.some(({ of }, index) => clauses[index]?.until || (of && clauses[index]?.of));
    return matched || wanted ? new RuleHit(this, line, matched, clauses) : null;
  }
}

function ofSelector(condition: Condition): Selector | null {
  switch (condition.kind) {
    case 'ratio':
    case 'consecutive':
      return condition.of;
    case 'anomaly':
      return condition.over.kind === 'ratio' ? condition.over.of : null;
    default:
      return null;
  }
}

function untilSelector(condition: Condition): Selector | null {
  return condition.kind === 'absent' ? condition.until : null;
}

class RuleHit implements Hit {
  readonly matched: boolean;
  readonly clauses: readonly ClauseHit[];
  private readonly compiled: CompiledRule;
  private readonly line: Line;
  private captures: Captures | null = null;

  constructor(compiled: CompiledRule, line: Line, matched: boolean, clauses: readonly ClauseHit[]) {
    this.compiled = compiled;
    this.line = line;
    this.matched = matched;
    this.clauses = clauses;
  }

  get rule(): Rule {
    return this.compiled.rule;
  }

  get ruleIndex(): number {
    return this.compiled.index;
  }

  get event(): LogEvent {
    return this.line.event;
  }

  read(reference: FieldReference): FieldValue {
    const subject = this.compiled.asJson?.(this.line) ?? this.line;
    return readReference(reference, this.line, subject, () => this.collected());
  }

  json(): JsonValue | undefined {
    return this.line.json();
  }

  /** Fields of the rule come first, then captures of `match`, then those of the conditions' selectors. */
  private collected(): Captures {
    if (this.captures) return this.captures;
    const into: Captures = Object.create(null);
    addCaptures(this.compiled.extract?.(this.line) ?? null, into);
    if (this.matched) this.compiled.match.collect(this.line, into);
    for (const [index, { of, until }] of this.compiled.clauses.entries()) {
      if (this.clauses[index]?.of) of?.collect(this.line, into);
      if (this.clauses[index]?.until) until?.collect(this.line, into);
    }
    this.captures = into;
    return into;
  }
}

import type { Line } from './line.ts';
import { LiteralScanner } from './literals.ts';
import { bestClause, type Literal, type Probe, type TextTest, worthOfLength } from './pattern/need.ts';
import type { CompiledRule, Hit } from './rule.ts';

/** The rules that look at one log group, and how to find the few that a line concerns. */
export class Plan {
  private readonly rules: readonly CompiledRule[];
  private readonly scanner: LiteralScanner;
  /** Places in `rules` by literal. */
  private readonly byLiteral: number[][] = [];
  private readonly guards: { guard: TextTest; places: number[] }[] = [];
  /** Rules that look at every line. */
  private readonly always: number[] = [];
  /** Rules whose literals may be written with \u escapes. */
  private readonly escapable: number[] = [];
  private readonly seen: Uint32Array;
  private round = 0;
  private readonly candidates: number[] = [];
  private readonly foundLiteral = (id: number): void => {
    for (const place of this.byLiteral[id] ?? []) this.add(place);
  };

  constructor(rules: readonly CompiledRule[]) {
    this.rules = rules;
    this.seen = new Uint32Array(rules.length);
    const literals = new Map<string, number>();
    const popularity = countLiterals(rules);
    const worth = (literal: Literal): number =>
      worthOfLength(literal) - 3 * Math.log2(popularity.get(literal.text) ?? 1);
    for (const [place, { needs }] of rules.entries()) {
      const clause = bestClause(needs, worth);
      if (!clause) this.always.push(place);
      else for (const probe of clause) this.register(place, probe, literals);
    }
    this.scanner = new LiteralScanner([...literals.keys()]);
  }

  private register(place: number, probe: Probe, literals: Map<string, number>): void {
    if ('guard' in probe) {
      const known = this.guards.find(({ guard }) => guard.source === probe.guard.source);
      if (known) known.places.push(place);
      else this.guards.push({ guard: probe.guard, places: [place] });
      return;
    }
    const id = literals.get(probe.text) ?? literals.size;
    literals.set(probe.text, id);
    const places = this.byLiteral[id] ?? [];
    this.byLiteral[id] = places;
    places.push(place);
    if (probe.json) this.escapable.push(place);
  }

  get isEmpty(): boolean {
    return this.rules.length === 0;
  }

  /** Whether any rule may have something to say about the text; `judge` must follow at once. */
  concerns(text: string): boolean {
    if (this.round === 0xffffffff) this.restart();
    this.round++;
    this.candidates.length = 0;
    for (const place of this.always) this.add(place);
    this.scanner.scan(text, this.foundLiteral);
    for (const { guard, places } of this.guards)
      if (guard.test(text)) for (const place of places) this.add(place);
    if (this.escapable.length > 0 && text.includes('\\u'))
      for (const place of this.escapable) this.add(place);
    return this.candidates.length > 0;
  }

  /** Asks the rules that `concerns` found, in their order. */
  judge(line: Line, emit: (hit: Hit) => void): void {
    const { candidates } = this;
    if (candidates.length > 1) candidates.sort((a, b) => a - b);
    for (const place of candidates) {
      const hit = this.rules[place]?.judge(line);
      if (hit) emit(hit);
    }
  }

  private add(place: number): void {
    if (this.seen[place] === this.round) return;
    this.seen[place] = this.round;
    this.candidates.push(place);
  }

  private restart(): void {
    this.seen.fill(0);
    this.round = 0;
  }
}

/** How many rules mention each literal: what many mention tells them apart badly. */
function countLiterals(rules: readonly CompiledRule[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { needs } of rules) {
    const texts = needs.flat().flatMap((probe) => ('guard' in probe ? [] : [probe.text]));
    for (const text of new Set(texts)) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

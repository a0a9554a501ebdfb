import type { LogBatch } from '../../shared/logs/event.ts';
import type { Clock, Table } from '../../shared/ports.ts';

/** A mechanism broken on purpose, from outside: what a function's ports or input are replaced by. */
export interface Mutant {
  /** `real`: the state table without faults, to look things up in; `clock`: the function's own. */
  state?(table: Table, real: Table, clock: Clock): Table;
  batch?(batch: LogBatch, clock: Clock): LogBatch;
}

export const UNCHANGED: Mutant = {};

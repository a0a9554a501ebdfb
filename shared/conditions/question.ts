import type { Condition } from '../config/model.ts';
import { countQuestion } from './count-windows.ts';
import { distinctQuestion } from './distinct.ts';
import { ratioQuestion } from './ratio.ts';
import { spikeQuestion } from './spike.ts';
import { valueQuestion } from './value.ts';
import type { WindowQuestion } from './windows.ts';

const QUESTIONS = new WeakMap<Condition, WindowQuestion>();

/** The condition as a question about windows; null: it is none. */
export function windowQuestion(condition: Condition): WindowQuestion | null {
  const known = QUESTIONS.get(condition) ?? questionOf(condition);
  if (known !== null) QUESTIONS.set(condition, known);
  return known;
}

function questionOf(condition: Condition): WindowQuestion | null {
  switch (condition.kind) {
    case 'count':
      return general(countQuestion(condition));
    case 'ratio':
      return general(ratioQuestion(condition));
    case 'value':
      return general(valueQuestion(condition));
    case 'distinct':
      return general(distinctQuestion(condition));
    case 'spike':
      return general(spikeQuestion(condition));
    default:
      return null;
  }
}

/** A question is asked and answered by itself: what its slices hold is nobody else's business. */
function general<Slice>(question: WindowQuestion<Slice>): WindowQuestion {
  return question as unknown as WindowQuestion;
}

/** `count` as a question among others: where it must hold for some time, or asks for few matches instead of many. */
import { amountQuestion } from './amount.ts';
import type { CountCondition } from './count.ts';
import { MATCHES } from './measures/matches.ts';
import type { WindowQuestion } from './windows.ts';

export function countQuestion(condition: CountCondition): WindowQuestion<number> {
  return amountQuestion(MATCHES, condition, (count) => ({ value: count, measured: {} }));
}

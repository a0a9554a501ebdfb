/** What holds already, but not yet for as long as its rule asks. */
import { loadWatch, WATCH_PREFIX } from '../../../shared/conditions/watch.ts';
import type { Configuration } from '../../../shared/config/model.ts';
import { dueKeys } from '../../../shared/due.ts';
import type { Table } from '../../../shared/ports.ts';
import { oneLine } from '../../../shared/text/plain.ts';

export interface Pending {
  rule: string;
  title: string;
  labels: { name: string; text: string }[];
  /** Since when the condition holds, ms. */
  since: number;
  /** When it fires if it goes on, ms. */
  firesAt: number;
}

/** Watches that are looked at: those whose turn comes first. */
const WATCHES_MAX = 100;

/** What holds but not yet for as long as its rule asks; of the first watches only, where there are many. */
export async function readPending(state: Table, { rules }: Pick<Configuration, 'rules'>): Promise<Pending[]> {
  const patient = new Map(
    rules.filter(({ when }) => when.some(({ forMs }) => forMs > 0)).map((rule) => [rule.id, rule]),
  );
  if (patient.size === 0) return [];
  const keys = (await dueKeys(state, Number.MAX_SAFE_INTEGER))
    .flatMap((key) => {
      const [, ruleId] = key.pk.startsWith(WATCH_PREFIX) ? key.pk.split('#') : [];
      const rule = patient.get(ruleId ?? '');
      return rule === undefined ? [] : [{ key, rule }];
    })
    .slice(0, WATCHES_MAX);
  const found = keys.map(async ({ key, rule }): Promise<Pending[]> => {
    const watch = await loadWatch(state, { pk: key.pk, sk: key.sk });
    if (watch?.pendingSince === undefined) return [];
    const labels = Object.entries(watch.groupLabels).map(([name, text]) => ({ name, text }));
    const since = watch.pendingSince;
    const firesAt = since + Math.min(...rule.when.map(({ forMs }) => forMs).filter((forMs) => forMs > 0));
    return [{ rule: rule.id, title: oneLine(rule.title), labels, since, firesAt }];
  });
  return (await Promise.all(found)).flat().sort((a, b) => a.firesAt - b.firesAt);
}

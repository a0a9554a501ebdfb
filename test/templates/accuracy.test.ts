import { describe, expect, it } from 'vitest';
import { randomFrom } from '../bench/match/random.ts';
import { loghubFolder } from '../support/loghub.ts';
import { groupingAccuracy, groupsOf, labelledLogs } from './grouping.ts';
import { HEADERS, serviceMessages } from './services.ts';

const folder = loghubFolder();
const mean = (numbers: number[]) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

describe('grouping accuracy', () => {
  it('counts a message only where its group is exactly its event', () => {
    expect(groupingAccuracy([0, 0, 1, 1], ['a', 'a', 'b', 'b'])).toBe(1);
    expect(groupingAccuracy([0, 0, 1, 2], ['a', 'a', 'b', 'b'])).toBe(0.5);
    expect(groupingAccuracy([0, 0, 0, 0], ['a', 'a', 'a', 'b'])).toBe(0);
  });

  it.each(HEADERS)('of messages as services write them is high behind the header "%s"', (header) => {
    const random = randomFrom(1);
    const messages = serviceMessages((below) => Math.floor(random() * below), 2_000, header);
    const groups = groupsOf(messages.map(({ message }) => message));
    const accuracy = groupingAccuracy(
      groups,
      messages.map(({ kind }) => kind),
    );
    expect(accuracy).toBeGreaterThanOrEqual(0.95);
  });

  const title = 'of labelled real logs is at least 0.88 on average, with one configuration';
  it.skipIf(folder === null)(
    folder === null ? `${title} (skipped: TOCSIN_LOGHUB names no folder of loghub samples)` : title,
    () => {
      const measured = labelledLogs(folder ?? '').map(({ name, contents, lines, events }) => ({
        name,
        content: groupingAccuracy(groupsOf(contents), events),
        line: groupingAccuracy(groupsOf(lines), events),
      }));
      for (const { name, content, line } of measured) {
        process.stdout.write(`${name}: content ${content.toFixed(3)}, whole lines ${line.toFixed(3)}\n`);
      }
      const contents = mean(measured.map(({ content }) => content));
      const lines = mean(measured.map(({ line }) => line));
      process.stdout.write(`average: content ${contents.toFixed(3)}, whole lines ${lines.toFixed(3)}\n`);
      expect(contents).toBeGreaterThanOrEqual(0.88);
      expect(lines).toBeGreaterThanOrEqual(0.88);
    },
  );
});

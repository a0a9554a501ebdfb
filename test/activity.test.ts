import { describe, expect, it } from 'vitest';
import { ActivityNotes, readActivity } from '../shared/activity.ts';
import { MemoryTable } from '../shared/memory/table.ts';

const START = Date.UTC(2026, 10, 21, 2);
const MINUTE = 60_000;

describe('the notes of what happens', () => {
  it('write the first of everything at once, and then at most every five minutes', async () => {
    const table = new MemoryTable();
    const notes = new ActivityNotes();
    let writes = 0;
    const counted = new Proxy(table, {
      get: (target, name) => {
        if (name === 'update') writes += 1;
        const member = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    for (let minute = 0; minute < 10; minute += 1) {
      const at = START + minute * MINUTE;
      notes.logged('/app/a', at);
      notes.matched(['errors'], at);
      await notes.write(counted, at);
    }
    expect(writes).toBe(4);
    const { event, match, fired } = await readActivity(table);
    expect([event.get('/app/a'), match.get('errors'), fired.size]).toEqual([
      START + 5 * MINUTE,
      START + 5 * MINUTE,
      0,
    ]);
    notes.matched(['others'], START + 10 * MINUTE);
    await notes.write(counted, START + 10 * MINUTE);
    expect((await readActivity(table)).match.get('others')).toBe(START + 10 * MINUTE);
  });
});

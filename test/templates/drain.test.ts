import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest, shapeOf, widened } from '../../shared/templates/drain.ts';
import { groupsOf } from './grouping.ts';

const body = (line: string) => shapeOf(line).words.join(' ');

describe('the message behind its header', () => {
  it.each([
    ['Dec 10 06:55:46 web1 sshd[24200]: Invalid user bob', 'Invalid user bob'],
    ['Nov 21 07:00:00 web1 kernel: Out of memory', 'Out of memory'],
    ['[Sun Dec 04 04:47:44 2005] [notice] child init ok', 'child init ok'],
    ['081109 203615 148 INFO dfs.DataNode$PacketResponder: Received block', 'Received block'],
    ['2026-01-01 12:00:00.000  INFO 1 --- [exec-1] c.e.order.Service : Order 17 paid', 'Order <*> paid'],
    ['2026-01-01 12:00:00,123 - shop - ERROR - could not pay', 'could not pay'],
    ['2026-01-01T00:00:00.000Z\t9b2e5f0a-1234-4444-8888-abcdefabcdef\tERROR\tfailed to pay', 'failed to pay'],
    ['2026-01-01 12:00:00 ERROR', '<*> ERROR'],
    ['ERROR failed to pay', 'ERROR failed to pay'],
  ])('%s', (line, expected) => {
    expect(body(line)).toBe(expected);
  });
});

describe('templates', () => {
  it('join messages that differ in a name', () => {
    const names = ['root', 'admin', 'webmaster'];
    const messages = names.map((name) => `Failed password for ${name} from 10.0.0.1 port 22 ssh2`);
    expect(new Set(groupsOf(messages)).size).toBe(1);
  });

  it('are apart for another level or method, another length, another beginning', () => {
    const messages = [
      'took the request GET /a and answered it',
      'took the request POST /a and answered it',
      'took the request GET /a and answered it twice',
      'lost the request GET /a and answered it',
    ];
    expect(new Set(groupsOf(messages)).size).toBe(4);
  });

  it('stay bounded in a leaf: the last joins the closest', () => {
    const many = Array.from({ length: 32 }, (_, at) => [`a${'x'.repeat(at)}`, `b${'y'.repeat(at)}`]);
    expect(closest(many.slice(0, 31), ['new', 'words'])).toBe(-1);
    expect(closest(many, ['new', 'words'])).toBe(0);
    expect(closest(many, ['ax', 'words'])).toBe(1);
  });

  it('hold their messages, and are widened no more often than they have words', () => {
    const word = fc.constantFrom('open', 'close', 'file', 'user', '7', '__proto__');
    const message = fc.array(word, { minLength: 4, maxLength: 4 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 30 }), (messages) => {
        const shapes = messages.map(shapeOf);
        let template = shapes[0]?.words ?? [];
        let times = 0;
        for (const { words } of shapes) {
          const next = widened(template, words);
          if (next !== template) times++;
          template = next;
        }
        expect(times).toBeLessThanOrEqual(template.length);
        for (const { words } of shapes) expect(widened(template, words)).toBe(template);
      }),
    );
  });

  it('do not depend on how often a message is repeated', () => {
    const message = fc.constantFrom('a b c d', 'a b c e', 'a b f g', 'a b f e', 'x 1', 'x 2');
    fc.assert(
      fc.property(fc.array(message, { maxLength: 20 }), (messages) => {
        const twice = groupsOf(messages.flatMap((text) => [text, text]));
        expect(twice.filter((_, at) => at % 2 === 0)).toEqual(groupsOf(messages));
      }),
    );
  });
});

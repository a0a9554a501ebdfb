import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedWords } from '../../shared/templates/words.ts';
import { codePoint } from '../support/code-point.ts';

const masked = (text: string) => maskedWords(text).join(' ');

describe('what varies in a message', () => {
  it.each([
    ['took 12 ms', 'took <*> ms'],
    ['from 10.0.0.1:8080 to [::1]', 'from <*> to [::<*>]'],
    ['at 12:00:01,123 on 2026-11-21T12:00:01.123Z', 'at <*> on <*>'],
    ['block blk_-6952295868487656571 of /mnt/data/part-1', 'block <*> of <*>'],
    ['id 9b2e5f0a-1234-4444-8888-abcdefabcdef, object deadbeefcafe', 'id <*>, object <*>'],
    ['GET /v2/users?all=True&since=x HTTP/1.1', 'GET <*>'],
    ['see https://example.com:80/a?b=c, please', 'see https:<*>, please'],
    ['opened C:\\Temp\\x for bob@example.com', 'opened C:<*> for <*>'],
    ['uid=0 tty=ssh ruser= rhost=a.b user="x y"', 'uid=<*> tty=<*> ruser=<*> rhost=<*> user=<*>'],
    ['level=info msg="listening on" addr=:8080', 'level=info msg="listening on" addr=<*>'],
    ['ids [1, 2] and 1,2,3', 'ids [<*>] and <*>'],
    ['订单12345支付失败，原因：余额不足', '订单<*>支付失败， 原因： 余额不足'],
    ['from proxy.example.com:5070, at Main.java:12', 'from <*>, at <*>'],
    ["no host 'db' in \"eu\", don't wait", "no host '<*>' in \"<*>\", don't wait"],
    [
      'visible is true, parent null, {"kind":"x","error": "y"}',
      'visible is <*>, parent <*>, {"kind":"<*>","error": "<*>"}',
    ],
    ['host=db:5432/x, event="started" err=EOF', 'host=<*>, event="started" err=EOF'],
    ['from Thu Jun 9 06:06:20 2005 on, [Sun Dec 04 04:47:44 2005] May be', 'from <*> on, [<*>] May be'],
    ['rc = failed, sizes 1 2 3 and 4, 5', 'rc = <*>, sizes <*> and <*>'],
    ['tag="View Lock", name=x lock="half open', 'tag=<*>, name=<*> lock="half open'],
    ['and/or I/O of a feed', 'and/or I/O of a feed'],
  ])('%s', (text, expected) => {
    expect(masked(text)).toBe(expected);
  });

  it('is found in any text without failing, and the same each time', () => {
    fc.assert(
      fc.property(fc.string({ unit: codePoint, maxLength: 3_000 }), (text) => {
        const words = maskedWords(text);
        expect(words.length).toBeLessThanOrEqual(64);
        expect(words).toEqual(maskedWords(text));
        for (const word of words) expect(word).toMatch(/^\S+$/);
      }),
    );
  });

  it('ends words at any white space of Unicode', () => {
    const spaces = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).filter(
      (character) => /^\s$/.test(character),
    );
    for (const space of spaces) expect(maskedWords(`a${space}b`)).toEqual(['a', 'b']);
    expect(spaces.length).toBeGreaterThan(20);
  });

  it('does not depend on what the numbers are', () => {
    const number = fc.nat().map(String);
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(masked(`user u${a}: read ${a} rows in ${b}ms`)).toBe(
          masked(`user u${b}: read ${b} rows in ${a}ms`),
        );
      }),
    );
  });
});

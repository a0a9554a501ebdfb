import { describe, expect, it } from 'vitest';
import { PatternError } from '../../../shared/match/pattern/ast.ts';
import { compilePattern } from '../../../shared/match/pattern/compile.ts';
import { parsePattern } from '../../../shared/match/pattern/parse.ts';
import { printPattern } from '../../../shared/match/pattern/print.ts';
import { Message } from '../../../shared/match/pattern/subject.ts';

const ACCESS = '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';
const ABOUT =
  '127.0.0.1 Prod frank [10/Oct/2000:13:25:15 -0700] "GET /about-us/index.html HTTP/1.0" 200 1534';
const HTML = '[..., request=*.html*, status_code=4*,]';
const STARTS = '%^starting|^initializing|^shutting down%';
const USER =
  '{"eventType":"UpdateTrail","sourceIPAddress":"111.111.111.111","arrayKey":["value","another value"],' +
  '"objectList":[{"name":"a","id":1},{"name":"b","id":2}],"SomeObject":null,"ThisFlag":true,"cluster.name":"c",' +
  '"latency":123,"text":"123","big":1.5e3,"empty":"","nested":{"a":{"b":"deep"}},"users":[1,2,3],"off":false}';

const CASES: [pattern: string, message: string, matches: boolean][] = [
  ['ERROR', '[ERROR 400] BAD REQUEST', true],
  ['ERROR', 'Exiting with ERRORCODE: -1', true],
  ['ERROR Exception', '[ERROR] Caught IllegalArgumentException', true],
  ['ERROR ARGUMENTS', '[ERROR 419] MISSING ARGUMENTS', true],
  ['ERROR ARGUMENTS', '[ERROR 401] UNAUTHORIZED REQUEST', false],
  ['?ERROR ?ARGUMENTS', '[INFO] INVALID ARGUMENTS PROVIDED', true],
  ['?ERROR ?ARGUMENTS', '[INFO] REQUEST FAILED', false],
  ['?ERROR ?ARGUMENTS REQUEST', '[INFO] REQUEST FAILED', true],
  ['?ERROR -ARGUMENTS', '[INFO] REQUEST FAILED', true],
  ['"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL SERVER ERROR', true],
  ['"INTERNAL SERVER ERROR"', '[ERROR 500] INTERNAL ERROR SERVER', false],
  ['ERROR -ARGUMENTS', '[ERROR 400] BAD REQUEST', true],
  ['ERROR -ARGUMENTS', '[ERROR 420] INVALID ARGUMENTS', false],
  ['-ARGUMENTS', 'anything', true],
  ['error', 'ERROR', false],
  ['"say \\"hi\\""', 'they say "hi" to', true],
  ['告警', '系统告警：磁盘', true],
  ['%AUTHORIZED%', '[ERROR 401] UNAUTHORIZED REQUEST', true],
  [STARTS, 'skipping initializing ...', false],
  [STARTS, 'shutting down now', true],
  ['%10.10.0.1%', '10010,051', true],
  ['%10\\.10\\.0\\.1%', '10010,051', false],
  ['%ab+c%', 'ac', false],
  ['%ab+c%', 'xabbc', true],
  ['', 'anything', true],
  ['" "', 'anything', true],
  ['  ', 'anything', true],
  ['{ $.users = 1 }', '{"users":[1,2,3]}', false],
  ['{ $.users != 1 }', '{"users":[1,2,3]}', false],
  ['{ $.users[0] = 1 }', USER, true],
  ['{ $.arrayKey[*] = %val.{2}% }', '{"arrayKey":["value","another value"]}', true],
  ['{ $.arrayKey[*] = "another value" }', USER, true],
  ['{ $.arrayKey[0] = "value" }', USER, true],
  ['{ $.arrayKey[1] = "value" }', USER, false],
  ['{ $.[\'cluster.name\'] = "c" }', '{"cluster.name":"c"}', true],
  ["{ $['cluster.name'] = c }", '{"cluster.name":"c"}', true],
  ['{ $.SomeObject IS NULL }', '{"SomeObject":null}', true],
  ['{ $.SomeObject IS NULL }', '{"SomeObject":0}', false],
  ['{ $.SomeOtherObject NOT EXISTS }', '{"SomeObject":null}', true],
  ['{ $.SomeObject NOT EXISTS }', '{"SomeObject":null}', false],
  ['{ $.ThisFlag IS TRUE }', USER, true],
  ['{ $.ThisFlag IS FALSE }', USER, false],
  ['{ $.off IS FALSE }', USER, true],
  ['{ $.eventType = "UpdateTrail" }', USER, true],
  ['{ $.eventType = UpdateTrail }', USER, true],
  ['{$.eventType=UpdateTrail}', USER, true],
  ['{ $.eventType = "Update*" }', USER, true],
  ['{ $.eventType = *Trail }', USER, true],
  ['{ $.eventType = "Up*Trail" }', USER, false],
  ['{ $.eventType = "Ev*ent" }', '{"eventType":"Ev*ent"}', true],
  ['{ $.sourceIPAddress != 123.123.* }', USER, true],
  ['{ $.sourceIPAddress = 111.111.* }', USER, true],
  ['{ $.objectList[1].id = 2 }', USER, true],
  ['{ $.objectList[*].name = "b" }', USER, true],
  ['{ $.nested.a.b = "deep" }', USER, true],
  ['{ $.* = "UpdateTrail" }', USER, true],
  ['{ $.nested.* = "deep" }', USER, false],
  ['{ $.latency = 123.0 }', USER, true],
  ['{ $.latency = "123" }', USER, true],
  ['{ $.latency = "123.0" }', USER, false],
  ['{ $.latency != "123.0" }', USER, true],
  ['{ $.latency > 122 }', USER, true],
  ['{ $.latency >= 1.23e2 }', USER, true],
  ['{ $.latency < 123 }', USER, false],
  ['{ $.text > 122 }', USER, true],
  ['{ $.text = 123 }', USER, true],
  ['{ $.big = 1500 }', USER, true],
  ['{ $.eventType > 1 }', USER, false],
  ['{ $.eventType <= 1 }', USER, false],
  ['{ $.empty = "*" }', USER, true],
  ['{ $.empty = "" }', USER, true],
  ['{ $.missing = "*" }', USER, false],
  ['{ $.missing != "x" }', USER, false],
  ['{ $.nested = "x" }', USER, false],
  ['{ $.nested != "x" }', USER, false],
  ['{ $.nested NOT EXISTS }', USER, false],
  ['{ ($.latency = 1 || $.latency = 123) && $.ThisFlag IS TRUE }', USER, true],
  ['{ $.latency = 123 || $.latency = 1 && $.ThisFlag IS FALSE }', USER, true],
  ['{ ($.latency = 123 || $.latency = 1) && $.ThisFlag IS FALSE }', USER, false],
  ['{ $.latency = 123 }', 'not json', false],
  ['{ $.latency NOT EXISTS }', 'not json', false],
  ['{ $.__proto__ NOT EXISTS }', '{}', true],
  ['{ $.toString NOT EXISTS }', '{}', true],
  ['{ $.__proto__.x = 1 }', '{"__proto__":{"x":1}}', true],
  ['{ $.length = 3 }', '[1,2,3]', false],
  ['{ $[1] = 2 }', '[1,2,3]', true],
  [HTML, ACCESS, true],
  [HTML, ABOUT, false],
  ['[ip, server, username, timestamp, request, status_code, bytes > 1000]', ACCESS, true],
  ['[ip, server, username, timestamp, request, status_code, bytes > 2000]', ACCESS, false],
  ['[ip=%127\\.0\\.0\\.[1-9]%, ...]', ACCESS, true],
  ['[ip, user, ..., bytes < 1000]', ACCESS, false],
  ['[ip, server=Prod && ip=127*, ...]', ACCESS, true],
  ['[ip, server=Prod && ip=128*, ...]', ACCESS, false],
  ['[ip, server, username, timestamp="10/Oct/2000*", ...]', ACCESS, true],
  ['[..., status_code=4* || status_code=5*, bytes]', ACCESS, true],
  ['[w1=ERROR, w2]', 'ERROR 09/25/2014 12:00:02 Failed to process request', true],
  ['[w1!=ERROR && w1!=WARNING, w2]', 'INFO started', true],
  ['[w1!=ERROR && w1!=WARNING, w2]', 'WARNING started', false],
  ['[w1, w2]', 'one', false],
  ['[...]', '', true],
  ['[a, ...]', '', false],
];

describe('the documented patterns', () => {
  it.each(CASES)('%s on %s: %s', (text, message, matches) => {
    const pattern = parsePattern(text);
    expect(compilePattern(pattern).test(new Message(message))).toBe(matches);
    const reread = parsePattern(printPattern(pattern));
    expect(compilePattern(reread).test(new Message(message))).toBe(matches);
  });
});

describe('what a pattern extracts', () => {
  const extract = (text: string, message: string) => {
    const fields = compilePattern(parsePattern(text)).extract(new Message(message));
    return fields && { ...fields };
  };

  it('names the fields of a line, without quotes and brackets', () => {
    expect(extract('[ip, , user, time, request, status]', ACCESS)).toEqual({
      ip: '127.0.0.1',
      $2: 'Prod',
      user: 'frank',
      time: '10/Oct/2000:13:25:15 -0700',
      request: 'GET /index.html HTTP/1.0',
      status: '404 1534',
    });
  });

  it('numbers what an ellipsis took', () => {
    expect(extract('[a, ..., z]', '1 2 3 4')).toEqual({ a: '1', $2: '2', $3: '3', z: '4' });
  });

  it('gives the rest of the line to the last entry', () => {
    const line = 'ERROR 09/25/2014 12:00:02 Failed to process request';
    expect(extract('[w1, w2]', line)).toEqual({
      w1: 'ERROR',
      w2: '09/25/2014 12:00:02 Failed to process request',
    });
  });

  it('gives the values of selectors', () => {
    expect(extract('{ $.latency > 1 && $.nested.a.b = deep }', USER)).toEqual({
      '$.latency': '123',
      '$.nested.a.b': 'deep',
    });
  });

  it('gives nothing where the pattern does not match', () => {
    expect(extract('[a=1, b]', '2 3')).toBeNull();
  });
});

const INVALID: [pattern: string, position: number, message: RegExp][] = [
  ['%something!%', 10, /"!" is not allowed/],
  ['%a(b)%', 2, /"\(" is not allowed/],
  ['%告警%', 1, /not allowed/],
  ['%abc', 0, /never closed/],
  ['%%', 0, /empty/],
  ['%a**%', 2, /nested repetition/],
  ['%a% ERROR', 4, /stands alone/],
  ['ERROR %a%', 6, /stands alone/],
  ['"open', 0, /never closed/],
  ['user@example', 4, /"@" may stand only inside double quotes/],
  ['a - b', 3, /right after the sign/],
  ['"a"b', 3, /double quotes/],
  ['   { $.a = 1 }', 0, /white space/],
  ['{ $.a = 1', 0, /never closed/],
  ['{ $.a = 1 } x', 12, /nothing after }/],
  ['{ }', 2, /expected a selector/],
  ['{ $ = 1 }', 3, /needs a property/],
  ['{ $.a }', 6, /expected =, !=/],
  ['{ $.a == 1 }', 7, /expected a value/],
  ['{ $.a > "123" }', 8, /compares numbers only/],
  ['{ $.a > word }', 8, /compares numbers only/],
  ['{ $.a IS NOT NULL }', 9, /IS NOT does not exist/],
  ['{ $.a EXISTS }', 6, /found "EXISTS"/],
  ['{ $.a IN 1 }', 6, /found "IN"/],
  ['{ $.a IS MAYBE }', 9, /NULL, TRUE or FALSE/],
  ['{ $.a[x] = 1 }', 6, /expected an index/],
  ['{ $.a[1 = 1 }', 7, /expected \]/],
  ['{ $.*.b[*] = 1 }', 2, /at most one wildcard/],
  ['{ $.* = 1 && $.* = 2 && $.* = 3 && $.* = 4 }', 35, /at most three wildcards/],
  ['{ $.a = %a% || $.b = %b% || $.c = %c% }', 34, /at most two regular/],
  ['{ ($.a = 1 }', 2, /this \( is never closed/],
  ['{ $.a = 1 && }', 13, /expected a selector/],
  ['{ $.a = 1 $.b = 2 }', 10, /expected &&/],
  ['[a, b', 0, /never closed/],
  ['[a, b] c', 7, /nothing after \]/],
  ['[a > x]', 5, /compares numbers only/],
  ['[a b]', 3, /expected =, !=/],
  ['[a=1 && b=2]', 8, /no field of this pattern is named b/],
  ['[..., a, ...]', 9, /at most one \.\.\./],
];

describe('what is no pattern', () => {
  it.each(INVALID)('%s fails at %i', (text, position, message) => {
    const failure = (): unknown => {
      try {
        return parsePattern(text);
      } catch (error) {
        return error;
      }
    };
    expect(failure()).toBeInstanceOf(PatternError);
    expect(failure()).toMatchObject({ position, message: expect.stringMatching(message) });
  });
});

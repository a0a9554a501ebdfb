import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LEVELS } from '../../shared/config/model.ts';
import { compileLevelGuard } from '../../shared/logs/level-guard.ts';
import { detectLevel } from '../../shared/logs/levels.ts';
import { Message } from '../../shared/match/pattern/subject.ts';

const levelOf = (line: string) => detectLevel(line, new Message(line).json());
const ID = '6bc28136-xxxx-4b2e-8d5b-1a2b3c4d5e6f'.replace('xxxx', '1f2a');

const LINES: [line: string, level: string | null][] = [
  ['{"level":30,"time":1,"msg":"pino"}', 'INFO'],
  ['{"level":50,"msg":"pino"}', 'ERROR'],
  ['{"level":60,"msg":"bunyan"}', 'FATAL'],
  ['{"level":35,"msg":"custom"}', 'INFO'],
  ['{"level":"error","message":"winston"}', 'ERROR'],
  ['{"level":"dpanic","msg":"zap"}', 'FATAL'],
  ['{"level":"warning","msg":"logrus"}', 'WARN'],
  ['{"level":"ERROR+2","msg":"slog"}', 'ERROR'],
  ['{"severity":"CRITICAL","message":"gcp"}', 'FATAL'],
  ['{"lvl":"dbug"}', 'DEBUG'],
  ['{"log.level":"warn"}', 'WARN'],
  ['{"log":{"level":"warn"}}', 'WARN'],
  ['{"level":3,"short_message":"gelf"}', 'ERROR'],
  ['{"level":"INFO","message":"ERROR in the text"}', 'INFO'],
  ['{"message":"ERROR in the text"}', null],
  ['{"level":{"a":1},"severity":"info"}', 'INFO'],
  ['{"timestamp":"2026-11-21T02:00:00Z","level":"INFO","requestId":"x"}', 'INFO'],
  ['{"time":"x","type":"platform.report","record":{"status":"timeout"}}', 'ERROR'],
  ['{"time":"x","type":"platform.report","record":{"status":"success"}}', 'INFO'],
  [`2026-11-21T02:00:00.000Z\t${ID}\tERROR\tboom`, 'ERROR'],
  [`2026-11-21T02:00:00.000Z\t${ID}\tINFO\tERROR in the text`, 'INFO'],
  [`[ERROR]\t2026-11-21T02:00:00.000Z\t${ID}\tboom`, 'ERROR'],
  ['[ERROR] ValueError: boom', 'ERROR'],
  [`START RequestId: ${ID} Version: $LATEST`, 'INFO'],
  [`REPORT RequestId: ${ID}\tDuration: 3 ms\tBilled Duration: 3 ms\tMemory Size: 128 MB`, 'INFO'],
  [`REPORT RequestId: ${ID}\tDuration: 3000 ms\tMax Memory Used: 60 MB\tStatus: timeout`, 'ERROR'],
  [`2026-11-21T02:00:00.000Z ${ID} Task timed out after 3.00 seconds`, 'ERROR'],
  [`RequestId: ${ID} Error: Runtime exited with error: exit status 1`, 'ERROR'],
  ['12:00:00.123 [main] ERROR c.e.Foo - logback', 'ERROR'],
  ['2026-11-21 12:00:00,123 [main] WARN  Foo:12 - log4j', 'WARN'],
  ['2026-11-21T12:00:00.000+01:00  INFO 1 --- [main] c.e.App : spring', 'INFO'],
  ['SEVERE: java.util.logging', 'ERROR'],
  ['2003-07-08 16:49:45,896 - root - CRITICAL - python', 'FATAL'],
  ['WARNING:root:python', 'WARN'],
  ['[2026-11-21 12:00:00] production.ERROR: laravel {"userId":1}', 'ERROR'],
  ['[2026-11-21 12:00:00] local.INFO: ERROR in the text', 'INFO'],
  ['【ERROR】支付失败', 'ERROR'],
  ['2026-11-21 12:00:00 WARN：余额不足', 'WARN'],
  ['错误率（error）已记录，ERROR，重试', 'ERROR'],
  ['2026/11/21 12:00:00 [error] 12#12: *1 open() failed', 'ERROR'],
  ['2026/11/21 12:00:00 [crit] 12#12: *1 open() failed', 'FATAL'],
  ['[Sun Dec 04 04:47:44 2005] [notice] apache', 'INFO'],
  ['[Sun Dec 04 04:47:44 2005] [core:error] [pid 1] apache', 'ERROR'],
  ['<11>1 2026-11-21T02:00:00Z host app - - - syslog', 'ERROR'],
  ['<34>Oct 11 22:14:15 mymachine su: syslog', 'FATAL'],
  ['Dec 10 06:55:46 LabSZ sshd[24200]: Failed password for root', null],
  ['Dec 10 06:55:46 LabSZ sshd[24200]: error: maximum attempts', 'ERROR'],
  ['E0506 12:00:00.123456       1 file.go:12] klog', 'ERROR'],
  ['I0506 12:00:00.123456       1 file.go:12] ERROR klog', 'INFO'],
  ['E, [2026-11-21T02:00:00.123456 #1234] ERROR -- : rails', 'ERROR'],
  ['D, [2026-11-21T02:00:00.123456 #1234] DEBUG -- : rails', 'DEBUG'],
  ['081109 203615 148 INFO dfs.DataNode$PacketResponder: hdfs', 'INFO'],
  ['nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 WARNING nova.x', 'WARN'],
  ['time="2026-11-21T02:00:00Z" level=fatal msg="logrus"', 'FATAL'],
  ['time=2026-11-21T02:00:00Z level=WARN msg="slog ERROR"', 'WARN'],
  ['ERRO[0000] logrus on a terminal', 'ERROR'],
  ['2026-11-21T02:00:00.000Z\terror\tmain.go:1\tzap', 'ERROR'],
  ['\u001b[31mERROR\u001b[0m coloured', 'ERROR'],
  ['error: winston', 'ERROR'],
  ['[12:00:00.000] FATAL (123): pino-pretty', 'FATAL'],
  ['[2026-11-21T02:00:00.000Z]  WARN: app/1 on host: bunyan', 'WARN'],
  ['2026-11-21 02:00:00 UTC [123] FATAL:  postgres', 'FATAL'],
  ['2026-11-21T02:00:00.000000Z 0 [Warning] [MY-1] mysql', 'WARN'],
  ['fail: Microsoft.AspNetCore[0]', 'ERROR'],
  ['[2026-11-21T02:00:00Z ERROR app] env_logger', 'ERROR'],
  ['3:04PM ERR zerolog', 'ERROR'],
  ['npm ERR! code E404', 'ERROR'],
  ['GET /error/1', null],
  ['1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET /error/1 HTTP/1.1" 200 1', null],
  ['1.2.3.4 - - [10/Oct/2000:13:55:36 -0700] "GET /info?level=error HTTP/1.1" 200 1', null],
  ['GET /api/ERROR/list', null],
  ['ERROR_CODE=5', null],
  ['there was an error while reading', null],
  ['0 errors, 3 warnings', null],
  ['error-prone', null],
  ['warned', null],
  [`${'x '.repeat(150)}ERROR`, null],
  ['', null],
];

describe('the level of a line', () => {
  it.each(LINES)('%s', (line, level) => {
    expect(levelOf(line)).toBe(level);
  });
});

describe('the guard of a level', () => {
  const guards = LEVELS.map((level) => ({ level, guard: compileLevelGuard([level]) }));

  it.each(LINES)('lets pass: %s', (line) => {
    const level = levelOf(line);
    if (level) expect(guards.find((other) => other.level === level)?.guard.test(line)).toBe(true);
  });

  it('lets pass every line that has the level', () => {
    const word = fc.constantFrom(
      'error',
      'WARN',
      'Fatal',
      'INFO',
      'x',
      '50',
      '3',
      '"40"',
      'fine',
      'panic',
      '\\u0065',
    );
    const glue = fc.constantFrom(
      ' ',
      '[',
      ']',
      ':',
      '\t',
      '{"level":',
      '{"lvl" : ',
      '{"a":1,"severity":',
      'Task timed out after 3',
      '{',
      '}',
      '"',
      'level=',
      '<11>',
      'E0101 ',
    );
    const line = fc.array(fc.oneof(word, glue), { maxLength: 10 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(line, (text) => {
        const level = levelOf(text);
        if (!level) return;
        expect(guards.find((other) => other.level === level)?.guard.test(text)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

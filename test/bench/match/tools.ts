/** The same decoded plain lines and equivalent rules through tocsin, mtail and sec, where those are installed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileProgram } from '../../../shared/match/program.ts';
import { batchOf } from '../../match/rules.ts';
import { measureSideBySide, print, rate } from './measure.ts';
import { benchRules, toRules } from './rules.ts';
import { serviceLines } from './service-logs.ts';

const RULES = 100;
const LINES = 40_000;

interface Tool {
  name: string;
  wanted: number;
  /** Arguments to read one file of lines to its end with the rules in another. */
  argumentsFor(folder: string, lines: string): string[];
  rulesFile: string;
  writeRules(sources: readonly string[]): string;
}

const TOOLS: readonly Tool[] = [
  {
    name: 'mtail',
    wanted: 8,
    rulesFile: 'rules.mtail',
    writeRules: (sources) =>
      sources.map((source, index) => `counter rule_${index}\n/${source}/ {\n  rule_${index}++\n}\n`).join(''),
    argumentsFor: (folder, lines) => [
      '--one_shot',
      '--progs',
      join(folder, 'rules.mtail'),
      '--logs',
      lines,
      '--logtostderr=false',
      '--log_dir',
      folder,
    ],
  },
  {
    name: 'sec',
    wanted: 40,
    rulesFile: 'rules.sec',
    writeRules: (sources) =>
      sources
        .map(
          (source) =>
            `type=Single\ncontinue=TakeNext\nptype=RegExp\npattern=${source}\ndesc=match\naction=none\n`,
        )
        .join('\n'),
    argumentsFor: (folder, lines) => [
      `--conf=${join(folder, 'rules.sec')}`,
      `--input=${lines}`,
      '--fromstart',
      '--notail',
    ],
  },
];

function isInstalled(name: string): boolean {
  return spawnSync('which', [name]).status === 0;
}

/** Prints how many times faster the program is than each tool; start-up, measured on an empty file, is left out. */
export function benchTools(): void {
  const lines = serviceLines('plain', LINES, RULES, 0.01);
  const rules = benchRules('plain', RULES);
  const program = compileProgram(toRules(rules));
  const batch = batchOf(JSON.parse(JSON.stringify(lines)));
  const { own } = measureSideBySide({ own: () => program.match(batch, () => {}) });
  print(`${LINES} decoded plain lines, ${RULES} rules`);
  print(`  tocsin  ${rate(LINES, own)}`);
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  try {
    writeFileSync(join(folder, 'lines.log'), `${lines.join('\n')}\n`);
    writeFileSync(join(folder, 'empty.log'), '');
    for (const tool of TOOLS) {
      if (!isInstalled(tool.name)) {
        print(`  ${tool.name} is not installed: left out`);
        continue;
      }
      writeFileSync(join(folder, tool.rulesFile), tool.writeRules(rules.map(({ source }) => source)));
      const took = bestOf3(tool, folder, 'lines.log') - bestOf3(tool, folder, 'empty.log');
      print(
        `  ${tool.name.padEnd(7)} ${rate(LINES, took)}: tocsin is ${(took / own).toFixed(0)} times as fast (wanted: at least ${tool.wanted})`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  print();
}

function bestOf3(tool: Tool, folder: string, lines: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const started = process.hrtime.bigint();
    execFileSync(tool.name, tool.argumentsFor(folder, join(folder, lines)), {
      stdio: 'ignore',
      timeout: 120_000,
    });
    best = Math.min(best, Number(process.hrtime.bigint() - started) / 1e6);
  }
  return best;
}

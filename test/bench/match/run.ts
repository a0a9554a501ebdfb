/**
 * What matching costs, beside what it is measured against; one core. `node --import tsx test/bench/match/run.ts`
 * runs everything, with a name only that part: floor, tools, hostile, memory. LOGHUB names a folder of loghub
 * samples.
 */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { benchFloor } from './floor.ts';
import { benchHostile } from './hostile.ts';
import { print } from './measure.ts';
import { benchMemory, matchBigPayload } from './memory.ts';
import { benchTools } from './tools.ts';

function loghubFolder(): string | null {
  const folder = process.env.LOGHUB ?? resolve(import.meta.dirname, '../../../../shared/data/loghub');
  return existsSync(`${folder}/Apache_2k.log`) ? folder : null;
}

const PARTS: Record<string, () => void> = {
  floor: () => {
    const loghub = loghubFolder();
    if (loghub === null)
      print('The samples of loghub are not here: their part is left out (LOGHUB names their folder).');
    benchFloor(loghub);
  },
  tools: benchTools,
  hostile: benchHostile,
  memory: benchMemory,
};
const [chosen] = process.argv.slice(2);
// What the memory part starts in a process of its own.
if (chosen === 'big-payload') matchBigPayload();
else for (const [name, part] of Object.entries(PARTS)) if (chosen === undefined || chosen === name) part();

import { readStanding, type Standing } from '../../shared/applied/standing.ts';
import type { Beside, Loaded } from '../../shared/config/load.ts';
import { assignments, type DocumentChoice, documentFiles, judgeFiles, tellProblems } from '../document.ts';
import { inPlace, type PlaceChoice } from '../place/connection.ts';
import type { Io } from '../terminal/io.ts';

/**
 * Reads the document of one owner and prints its problems; null where one of them is an error. What it does not hold
 * itself may stand at the place, by other owners: their receivers, time intervals and route tree.
 * @throws UsageError, EnvironmentError as `readDocument` and `inPlace` do
 */
export async function readDocumentOf(
  owner: string,
  { file, set, json }: DocumentChoice,
  choice: PlaceChoice,
  io: Io,
): Promise<Loaded | null> {
  const files = documentFiles(file, io.cwd);
  const variables = { ...io.env, ...assignments(set) };
  const alone = judgeFiles(files, variables);
  if (!isForOthersToMend(alone)) return tellProblems(alone, json, io);
  return await inPlace(choice, async (place) => {
    const beside = besideOf(await readStanding(place.config), owner);
    return tellProblems(judgeFiles(files, variables, beside), json, io);
  });
}

/** Whether something is missing that another document may hold, and nothing else is wrong. */
function isForOthersToMend({ problems }: Loaded): boolean {
  const isMissing = (code: string) => code === 'reference' || code === 'routing';
  const others = problems.filter(({ code, severity }) => severity === 'error' && !isMissing(code));
  return others.length === 0 && problems.some(({ code }) => isMissing(code));
}

function besideOf(standing: readonly Standing[], owner: string): Beside {
  const others = standing.filter((item) => item.owner !== owner);
  const idsOf = (kind: Standing['kind']) => others.filter((item) => item.kind === kind).map(({ id }) => id);
  return {
    receivers: idsOf('receiver'),
    timeIntervals: idsOf('timeInterval'),
    hasRoute: idsOf('route').length > 0,
  };
}

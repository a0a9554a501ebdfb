import { readHistory, type Version } from '../../shared/applied/history.ts';
import { nameOf } from '../../shared/applied/standing.ts';
import type { Connection } from '../place/connection.ts';
import type { Io } from '../terminal/io.ts';

/** Prints every version that is remembered, the newest first. */
export async function showHistory({ state }: Connection, json: boolean, io: Io): Promise<number> {
  const versions = (await readHistory(state)).reverse();
  for (const version of versions) await io.stdout(json ? versionJson(version) : versionText(version));
  if (versions.length === 0 && !json) await io.stdout('nothing was applied yet\n');
  return 0;
}

function versionJson({ at, changes, ...version }: Version): string {
  const items = changes.map(({ kind, id, before, after }) => {
    return { kind, id, change: before === null ? 'add' : after === null ? 'remove' : 'change' };
  });
  return `${JSON.stringify({ type: 'version', ...version, at: new Date(at).toISOString(), items })}\n`;
}

function versionText({ version, at, by, owner, what, done, changes }: Version): string {
  const time = new Date(at).toISOString().replace('T', ' ').slice(0, 19);
  const unfinished = done ? '' : ' (interrupted: apply again)';
  const items = changes.map((change) => {
    const sign = change.before === null ? '+' : change.after === null ? '-' : '~';
    return `${sign} ${nameOf(change).replace('#', ' ')}`;
  });
  return `${version}  ${time} UTC  ${by}, owner ${owner}: ${what}${unfinished}\n    ${items.join(', ')}\n`;
}

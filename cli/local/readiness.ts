/** `tocsin local --check`: whether everything is there that a run needs, without running. */

import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { logsOf } from '../../infra/local/live.ts';
import type { Loaded } from '../../shared/config/load.ts';
import { errorCode } from '../../shared/error-code.ts';
import { counted } from '../terminal/counted.ts';
import type { Io } from '../terminal/io.ts';
import type { LocalOptions, Port } from './options.ts';
import { portsOf, tryPort } from './ports.ts';
import { readSecrets } from './secrets.ts';
import { openStateDirectory } from './state-directory.ts';

/** What was looked at, and what is wrong with it; null: nothing. */
interface Finding {
  what: string;
  wrong: string | null;
}

/** Prints what was found; answers the exit code: 0 where a run would have all that it needs, else 1. */
export async function checkReadiness(options: LocalOptions, document: Loaded, io: Io): Promise<number> {
  const findings = [
    ...(await Promise.all(options.logs.map(({ path }) => checkLog(path)))),
    ...(await Promise.all(options.globs.map(checkGlob))),
    ...(await Promise.all([...portsOf(options).values()].map(checkPort))),
    ...(options.deliver ? await checkSecrets(options, document, io) : []),
    checkState(options, io),
  ];
  const { rules, receivers } = document.document.configuration;
  const text = `${counted(rules.length, 'rule')}, ${counted(receivers.length, 'receiver')}`;
  for (const { what, wrong } of [{ what: text, wrong: null }, ...findings]) {
    const line = { type: 'check', what, ok: wrong === null, wrong };
    await io.stdout(
      options.json
        ? `${JSON.stringify(line)}\n`
        : `${wrong === null ? 'ok  ' : 'NO  '}${what}${wrong === null ? '' : `: ${wrong}`}\n`,
    );
  }
  return findings.some(({ wrong }) => wrong !== null) ? 1 : 0;
}

async function checkLog(path: string): Promise<Finding> {
  if (path === '-') return { what: 'standard input', wrong: null };
  return { what: path, wrong: await obstacle(() => access(path, constants.R_OK)) };
}

async function checkGlob(glob: LocalOptions['globs'][number]): Promise<Finding> {
  const files = await logsOf(glob);
  const closed = await Promise.all(files.map(({ path }) => checkLog(path)));
  const unreadable = closed.filter(({ wrong }) => wrong !== null).map(({ what }) => what);
  const wrong = unreadable.length > 0 ? `not readable: ${unreadable.join(', ')}` : null;
  return {
    what: `${glob.glob}, ${counted(files.length, 'file')} now`,
    wrong: files.length === 0 ? 'no file matches' : wrong,
  };
}

async function checkPort(port: Port): Promise<Finding> {
  return { what: `port ${port.port} of ${port.host}`, wrong: await obstacle(() => tryPort(port)) };
}

/** Every secret that receivers name must be there once messages really leave. */
async function checkSecrets(options: LocalOptions, { items }: Loaded, io: Io): Promise<Finding[]> {
  const secrets = readSecrets(options, io);
  const receivers = items.filter(({ kind }) => kind === 'receiver');
  const named = JSON.stringify(receivers).match(/"secret:[^"]+"/g) ?? [];
  return await Promise.all(
    [...new Set(named)].map(async (quoted) => {
      const what = quoted.slice(1, -1);
      const [name = '', key] = what.replace('secret:', '').split('#');
      return { what, wrong: await obstacle(() => secrets.get(name, key ?? null)) };
    }),
  );
}

function checkState(options: LocalOptions, { cwd }: Io): Finding {
  try {
    const directory = openStateDirectory(options, cwd);
    directory?.release(false);
    return { what: directory === null ? 'no state is kept' : `state in ${directory.path}`, wrong: null };
  } catch (error) {
    return { what: 'state', wrong: textOf(error) };
  }
}

/** Why something cannot be done; null where it can. */
async function obstacle(attempt: () => Promise<unknown>): Promise<string | null> {
  try {
    await attempt();
    return null;
  } catch (error) {
    return textOf(error);
  }
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const REASONS: Record<string, string> = {
    ENOENT: 'it is not there',
    EACCES: 'it may not be read',
    EADDRINUSE: 'something else listens there',
  };
  return REASONS[errorCode(error) ?? ''] ?? error.message;
}

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorCode } from '../../shared/error-code.ts';
import { PortError, type Secrets } from '../../shared/ports.ts';

/** The name of the secret that signs links on this machine. */
export const LINKS_SECRET = 'links';
const KEY_BYTES = 32;

/**
 * Adds the key of the links to the secrets: one that somebody set, else the one in `path`, made at the first start so
 * that links outlive a restart; without a path it lives as long as the process.
 */
export function withLinksKey(secrets: Secrets, path: string | undefined): Secrets {
  let made: string | undefined;
  return {
    async get(name, key) {
      if (name !== LINKS_SECRET || key !== null) return await secrets.get(name, key);
      try {
        return await secrets.get(name, key);
      } catch (error) {
        if (!(error instanceof PortError) || error.code !== 'SecretNotFound') throw error;
        made ??= path === undefined ? newKey() : keptKey(path);
        return made;
      }
    },
  };
}

function keptKey(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const key = newKey();
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, key, { mode: 0o600 });
  return key;
}

function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

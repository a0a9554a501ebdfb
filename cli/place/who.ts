import { userInfo } from 'node:os';

/** Whose name a version carries: the person at this machine. */
export function whoApplies(env: Record<string, string | undefined>): string {
  try {
    return userInfo().username;
  } catch {
    // In a container the user may have no name of its own.
    return env.USER ?? 'unknown';
  }
}

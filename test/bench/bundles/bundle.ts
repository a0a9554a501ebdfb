import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { BUNDLING } from '../../../infra/bundling.ts';

const ROOT = join(import.meta.dirname, '../../..');

const MB = 1_000_000;
/** What a bundle may weigh, bytes. */
export const BYTES_MAX: Readonly<Record<string, number>> = { notifier: 1.8 * MB };
export const BYTES_MAX_DEFAULT = 1.2 * MB;

export interface Bundle {
  /** Paths from the bundle's folder; index.mjs holds the handler. */
  files: { path: string; text: string }[];
  /** All files together. */
  bytes: number;
  /** Source files, from the root of the repository, that have a part in it. */
  inputs: string[];
}

/** Every folder of functions/ that holds a handler. */
export function functionNames(): string[] {
  return readdirSync(join(ROOT, 'functions'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(ROOT, 'functions', name)).includes('handler.ts'));
}

/** Bundles a function as the stack does. */
export async function bundleFunction(name: string): Promise<Bundle> {
  return await bundle({ entryPoints: [join(ROOT, 'functions', name, 'handler.ts')] });
}

/** Bundles a source text as the stack does, resolved from the root of the repository. */
export async function bundleText(contents: string): Promise<Bundle> {
  return await bundle({ stdin: { contents, resolveDir: ROOT, loader: 'ts' } });
}

async function bundle(entry: Pick<BuildOptions, 'entryPoints' | 'stdin'>): Promise<Bundle> {
  const { outputFiles = [], metafile } = await build({
    ...BUNDLING,
    ...entry,
    mainFields: [...BUNDLING.mainFields],
    outdir: 'bundle',
    write: false,
    metafile: true,
  });
  if (metafile === undefined) throw new Error('esbuild tells nothing of the bundle.');
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const files = outputFiles.map(({ path, text }) => ({ path: relative(join(ROOT, 'bundle'), path), text }));
  return {
    files,
    bytes: outputFiles.reduce((sum, { contents }) => sum + contents.byteLength, 0),
    inputs: used.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  };
}

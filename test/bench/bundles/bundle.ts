import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLING } from '../../../infra/bundling.ts';

const ROOT = join(import.meta.dirname, '../../..');

const MB = 1_000_000;
/** What a bundle may weigh, bytes. */
export const BYTES_MAX: Readonly<Record<string, number>> = { notifier: 1.8 * MB };
export const BYTES_MAX_DEFAULT = 1.2 * MB;

export interface Bundle {
  text: string;
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

async function bundle(entry: Pick<Parameters<typeof build>[0], 'entryPoints' | 'stdin'>): Promise<Bundle> {
  const { banner, mainFields, ...options } = BUNDLING;
  const { outputFiles = [], metafile } = await build({
    ...entry,
    ...options,
    mainFields: [...mainFields],
    banner: { js: banner },
    absWorkingDir: ROOT,
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: 'index.mjs',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const [file] = outputFiles;
  if (file === undefined || metafile === undefined) throw new Error('esbuild made no bundle.');
  const used = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const inputs = used.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
  return { text: file.text, bytes: file.contents.byteLength, inputs };
}

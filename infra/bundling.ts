import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { type BuildOptions, buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * How esbuild makes a function's bundle. What a handler imports with `import()` becomes a file of its own, which is
 * neither read nor compiled before it is needed: credential chains that no function uses stay where they are.
 */
export const BUNDLING = {
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  outExtension: { '.js': '.mjs' },
  entryNames: 'index',
  chunkNames: 'chunks/[name]-[hash]',
  /** Some dependencies are CommonJS and call `require` for Node's own modules, which an ES module does not have. */
  banner: {
    js: `import{createRequire as tocsinRequire}from'node:module';const require=tocsinRequire(import.meta.url);`,
  },
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** The code of a function whose handler stands in `entry`, from the root of the repository: made at synthesis. */
export function bundledCode(entry: string): Code {
  const options = { ...BUNDLING, mainFields: [...BUNDLING.mainFields], entryPoints: [entry] };
  return Code.fromAsset(ROOT, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('never-used'),
      // CDK takes bundles for the same that differ in nothing that it can see.
      command: ['esbuild', entry],
      local: {
        tryBundle(outdir) {
          buildSync({ ...options, outdir });
          return true;
        },
      },
    },
  });
}

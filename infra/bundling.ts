/** How esbuild makes a function's bundle: the stack and the bench that measures it must not drift apart. */
export const BUNDLING = {
  target: 'node24',
  mainFields: ['module', 'main'],
  minify: true,
  /** Some dependencies are CommonJS and call `require` for Node's own modules, which an ES module does not have. */
  banner: `import{createRequire as tocsinRequire}from'node:module';const require=tocsinRequire(import.meta.url);`,
} as const;

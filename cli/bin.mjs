#!/usr/bin/env node
// The sources are TypeScript and are run as they are: nothing has to be built before, and nothing can be stale.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));

import { defineConfig } from 'vitest/config';
import { LongFirst } from './test/setup/long-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup/property-seed.ts'],
    // Two cores: more workers only fight over them.
    maxWorkers: 2,
    sequence: { sequencer: LongFirst },
    // A worker keeps its modules from file to file; importing the SDKs anew for each would take most of the time.
    isolate: false,
    // What requests and answers leave behind is then collected a quarter as often, in half the time.
    execArgv: ['--max-semi-space-size=64'],
    restoreMocks: true,
    // None of them waits long, but a machine may have so much else to do that the longest take over a minute.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // The SDK's word on Node 20 is known; this package runs where Node 20 does.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});

// Settings of `npm run bench:micro`: single parts in one thread, without a server.
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    benchmark: { include: ['bench/micro/*.bench.ts'] },
    testTimeout: 60_000,
    fileParallelism: false,
    // Node reads the sources itself: vitest's module runner makes a call of every use of an import.
    experimental: { viteModuleRunner: false },
  },
});

export default config;

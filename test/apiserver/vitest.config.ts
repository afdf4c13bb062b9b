// Settings of `npm run test:apiserver`: the tests against a real API server, which need Go and a while to build it.
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/apiserver/**/*.test.ts'],
    testTimeout: 60_000,
    // The first build of the API server compiles some hundred packages.
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});

export default config;

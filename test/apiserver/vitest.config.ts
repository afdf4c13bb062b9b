// Settings of `npm run test:apiserver`: the tests against a real API server, which need Go and a while to build it.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/apiserver/**/*.test.ts'],
    testTimeout: 60_000,
    // The first build of the API server compiles some hundred packages.
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});

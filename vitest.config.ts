// Test settings. test/apiserver needs Go and has its own script; test/soak runs for long and has one too.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/apiserver/**', 'test/soak/**'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // Two cores: more would only make the tests that start servers wait for each other.
    maxWorkers: 2,
    coverage: { include: ['src/**'], reporter: ['text-summary', 'html'] },
  },
});

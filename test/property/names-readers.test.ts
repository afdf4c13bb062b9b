import { expect, test } from 'vitest';
import { churn } from '../support/names-churn.ts';

test('readers in other threads never see a torn, foreign or missing value', {
  timeout: 30_000,
}, async () => {
  const report = await churn({ operations: 150_000, readers: 2, names: 997, seed: 20_260 });
  expect(report.torn).toBe(0);
  expect(report.missed).toBe(0);
  expect(report.wrong).toEqual([]);
  expect(report.size).toBe(report.modelSize);
  expect(report.hits).toBeGreaterThan(100);
  expect(report.touchedBytes, 'space is reused').toBeLessThan(16 << 20);
});

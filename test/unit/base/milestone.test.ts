import { expect, test } from 'vitest';
import { Milestone } from '../../../src/base/milestone.ts';

test('who waits is called once, in order; who comes later at once', () => {
  const milestone = new Milestone();
  const calls: string[] = [];
  milestone.onReached(() => calls.push(`first ${milestone.isReached}`));
  milestone.onReached(() => calls.push('second'));
  expect([milestone.isReached, calls]).toEqual([false, []]);
  milestone.reach();
  milestone.reach();
  expect(calls).toEqual(['first true', 'second']);
  milestone.onReached(() => calls.push('late'));
  expect(calls).toHaveLength(3);
});

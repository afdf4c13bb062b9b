import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { FakeClock } from '../../support/fake-clock.ts';

test('the system clock tells a rising time and runs timers', async () => {
  const startMs = systemClock.monotonicMs();
  await new Promise<void>((resolve) => systemClock.setTimeout(resolve, 0));
  expect(systemClock.monotonicMs()).toBeGreaterThan(startMs);
  expect(systemClock.epochMs()).toBeGreaterThan(1_600_000_000_000);
});

test('a cleared timer of the system clock does not run, and a far one does not run at once', async () => {
  let runs = 0;
  const count = (): void => {
    runs++;
  };
  systemClock.clearTimeout(systemClock.setTimeout(count, 0));
  const far = systemClock.setTimeout(count, 2 ** 40);
  await new Promise<void>((resolve) => systemClock.setTimeout(resolve, 2));
  systemClock.clearTimeout(far);
  expect(runs).toBe(0);
});

test('the fake clock runs timers in the order of their due time, also those that timers set', () => {
  const clock = new FakeClock(1000);
  const order: string[] = [];
  clock.setTimeout(() => order.push(`late ${clock.monotonicMs()}`), 50);
  clock.setTimeout(() => {
    order.push(`early ${clock.monotonicMs()}`);
    clock.setTimeout(() => order.push(`nested ${clock.epochMs()}`), 5);
  }, 10);
  clock.clearTimeout(clock.setTimeout(() => order.push('cleared'), 20));
  expect([clock.pendingTimers, clock.nextDueInMs]).toEqual([2, 10]);
  clock.advance(49);
  expect(order).toEqual(['early 10', 'nested 1015']);
  clock.advance(1);
  expect(order).toEqual(['early 10', 'nested 1015', 'late 50']);
  expect([clock.pendingTimers, clock.nextDueInMs]).toEqual([0, undefined]);
});

test('the fake clock stops a timer that sets itself for ever', () => {
  const clock = new FakeClock();
  const again = (): void => {
    clock.setTimeout(again, 0).unref();
  };
  again();
  expect(() => clock.advance(1)).toThrow('again and again');
});

import { expect, test } from 'vitest';
import { Backoff } from '../../../src/base/backoff.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const BASE = { initialMs: 100, maxMs: 1000, factor: 3, jitter: 0, random: () => 0 };

test('delays grow by the factor up to the limit and start again after a reset', () => {
  const backoff = new Backoff({ ...BASE, clock: new FakeClock() });
  const delays = Array.from({ length: 5 }, () => backoff.nextDelayMs());
  expect(delays).toEqual([100, 300, 900, 1000, 1000]);
  backoff.reset();
  expect(backoff.nextDelayMs()).toBe(100);
});

test('jitter lengthens a delay by at most its share', () => {
  const randoms = [0, 0.5, 0.99];
  const random = (): number => randoms.shift() ?? 0;
  const backoff = new Backoff({ ...BASE, factor: 1, jitter: 1, random, clock: new FakeClock() });
  expect([backoff.nextDelayMs(), backoff.nextDelayMs(), backoff.nextDelayMs()]).toEqual([
    100, 150, 199,
  ]);
});

test('a long pause starts again by itself, a short one does not', () => {
  const clock = new FakeClock();
  const backoff = new Backoff({ ...BASE, resetAfterMs: 5000, clock });
  backoff.nextDelayMs();
  clock.advance(5000);
  expect(backoff.nextDelayMs()).toBe(300);
  clock.advance(5001);
  expect(backoff.nextDelayMs()).toBe(100);
});

test('a first delay above the limit is cut', () => {
  const backoff = new Backoff({ ...BASE, initialMs: 5000, clock: new FakeClock() });
  expect(backoff.nextDelayMs()).toBe(1000);
});

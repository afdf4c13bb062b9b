// The token bucket and the slots behind apiserver_qps, apiserver_burst and apiserver_max_inflight.

import { expect, test } from 'vitest';
import { delay } from '../../../../src/kubernetes/api/delay.ts';
import { Slots, TokenBucket } from '../../../../src/kubernetes/api/limits.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

test.each([
  ['as configured', { qps: 2, burst: 3 }, [0, 0, 0, 500, 1000]],
  ["client-go's 5 and 10 when 0", { qps: 0, burst: 0 }, [...Array(10).fill(0), 200, 400]],
])('lets a burst pass and then waits by rate: %s', (_, limits, waits) => {
  const bucket = new TokenBucket({ ...limits, maxInflight: 0 }, new FakeClock());
  expect(waits.map(() => Math.round(bucket.take()))).toEqual(waits);
});

test('fills again with time, but not beyond the burst', () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ qps: 1, burst: 2, maxInflight: 0 }, clock);
  bucket.take();
  bucket.take();
  clock.advance(60_000);
  expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([0, 0, 1000]);
});

test('gives slots in the order of asking', async () => {
  const slots = new Slots(1);
  const order: number[] = [];
  await slots.acquire();
  const second = slots.acquire().then(() => order.push(2));
  const third = slots.acquire().then(() => order.push(3));
  slots.release();
  await second;
  expect(order).toEqual([2]);
  slots.release();
  await third;
  slots.release();
  await slots.acquire();
});

test('has no limit when it is 0', async () => {
  const slots = new Slots(0);
  for (let index = 0; index < 1000; index++) await slots.acquire();
});

test('waits on the clock, no longer than until it is stopped', async () => {
  const clock = new FakeClock();
  const stopping = new AbortController();
  const first = delay(clock, 10, stopping.signal);
  clock.advance(10);
  await first;
  const second = delay(clock, 10, stopping.signal);
  stopping.abort();
  await second;
  expect(clock.pendingTimers).toBe(0);
  await delay(clock, 10, stopping.signal);
  await delay(clock, 0, new AbortController().signal);
});

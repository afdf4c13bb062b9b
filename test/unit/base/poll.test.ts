import { expect, test } from 'vitest';
import { Poll } from '../../../src/base/poll.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** Lets a look that has ended lead to the next pause. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('pauses, looks, and asks for the next pause', async () => {
  const clock = new FakeClock();
  const pauses = [10, 30, 20];
  const times: number[] = [];
  new Poll(clock).start(
    async () => {
      times.push(clock.monotonicMs());
    },
    () => pauses.shift() ?? 0,
  );
  for (let turn = 0; turn < 6; turn++) {
    clock.advance(10);
    await settled();
  }
  expect(times).toEqual([10, 40, 60]);
  expect(clock.pendingTimers).toBe(0);
});

test('looks never overlap', async () => {
  const clock = new FakeClock();
  const end = Promise.withResolvers<void>();
  let looks = 0;
  new Poll(clock).start(
    () => {
      looks++;
      return end.promise;
    },
    () => 10,
  );
  clock.advance(100);
  await settled();
  expect([looks, clock.pendingTimers]).toEqual([1, 0]);
  end.resolve();
  await settled();
  expect([looks, clock.nextDueInMs]).toEqual([1, 10]);
});

test('without a pause it never looks', () => {
  const clock = new FakeClock();
  const look = (): Promise<void> => Promise.reject(new Error('a look'));
  new Poll(clock).start(look, () => 0);
  new Poll(clock).start(look, () => -1);
  expect(clock.pendingTimers).toBe(0);
});

test('stops while it waits, while it looks, and before it begins', async () => {
  const clock = new FakeClock();
  const polls = [new Poll(clock), new Poll(clock), new Poll(clock)] as const;
  const [waiting, looking, early] = polls;
  let looks = 0;
  const look = async (): Promise<void> => {
    looks++;
    looking.stop();
    await settled();
  };
  early.stop();
  waiting.start(look, () => 20);
  looking.start(look, () => 10);
  early.start(look, () => 10);
  clock.advance(10);
  waiting.stop();
  await settled();
  await settled();
  expect([looks, clock.pendingTimers]).toEqual([1, 0]);
  expect(polls.map(({ isStopped }) => isStopped)).toEqual([true, true, true]);
});

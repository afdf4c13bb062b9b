// The queries of one socket without a socket; what replies do to them is in upstream.test.ts.
import { describe, expect, test } from 'vitest';
import { PendingQueries, type Waiting } from '../../../src/upstream/pending-queries.ts';
import type { UpstreamOutcome } from '../../../src/upstream/upstream-query.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { resultOf } from '../../support/upstream-bench.ts';
import { questionFor } from '../../support/upstream-questions.ts';

const clock = new FakeClock();
const query = questionFor('a.test.');

function pendingQueries(parts: Partial<Waiting> = {}): PendingQueries {
  const timeoutError = (): Error => new Error('i/o timeout');
  return new PendingQueries(clock, {
    isMismatchFinal: false,
    timeoutError,
    onIdle: () => {},
    ...parts,
  });
}

describe('time limits', () => {
  test('each query ends at its own, whatever the order, by one timer', () => {
    const pending = pendingQueries();
    const startMs = clock.monotonicMs();
    const ended: [number, string][] = [];
    for (const limitMs of [300, 100, 200, 100]) {
      pending.add(query, startMs + limitMs, (outcome) =>
        ended.push([clock.monotonicMs() - startMs, resultOf(outcome)]),
      );
      expect(clock.pendingTimers).toBe(1);
    }
    clock.advance(300);
    expect(ended).toEqual([100, 100, 200, 300].map((ms) => [ms, 'i/o timeout']));
    expect([pending.size, clock.pendingTimers]).toEqual([0, 0]);
  });

  test('a query that ends early leaves the others theirs', () => {
    const outcomes: UpstreamOutcome[] = [];
    const pending = pendingQueries();
    const nowMs = clock.monotonicMs();
    const id = pending.add(query, nowMs + 10, (outcome) => outcomes.push(outcome));
    pending.add(query, nowMs + 20, (outcome) => outcomes.push(outcome));
    pending.fail(id, new Error('write'), false);
    clock.advance(10);
    expect(outcomes.map(resultOf)).toEqual(['write']);
    clock.advance(10);
    expect(outcomes.map(resultOf)).toEqual(['write', 'i/o timeout']);
  });

  test('stop lets go of the timer', () => {
    const pending = pendingQueries();
    pending.add(query, clock.monotonicMs() + 10, () => {});
    pending.stop();
    pending.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});

test('says when the last query has ended, each time', () => {
  let idle = 0;
  const pending = pendingQueries({ onIdle: () => idle++ });
  const ids = [1, 2].map(() => pending.add(query, clock.monotonicMs() + 10, () => {}));
  for (const id of ids) pending.fail(id, new Error('write'), false);
  pending.add(query, clock.monotonicMs() + 10, () => {});
  pending.failAll(new Error('read'), () => false);
  expect(idle).toBe(2);
  pending.stop();
});

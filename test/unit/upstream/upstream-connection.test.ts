// The life that connections of all protocols share; a real one of each is in upstream.test.ts, tls.test.ts and https.test.ts.
import { expect, test } from 'vitest';
import { UpstreamConnection } from '../../../src/upstream/upstream-connection.ts';
import type { UpstreamOutcome } from '../../../src/upstream/upstream-query.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const clock = new FakeClock();
const OPTIONS = {
  address: { host: '::1', port: '53' },
  clock,
  expireMs: 0,
  maxAgeMs: 0,
  maxIdle: 0,
  readTimeoutMs: 0,
  sourceAddress: undefined,
};

class Connection extends UpstreamConnection {
  inFlight = 0;
  readonly events: string[];

  constructor(events: string[]) {
    super(OPTIONS, () => events.push('told'));
    this.events = events;
  }

  ask(): Promise<UpstreamOutcome> {
    this.countUse();
    this.inFlight++;
    return Promise.resolve({ kind: 'mismatch' });
  }

  /** A query has ended. */
  end(): void {
    this.inFlight--;
    this.closeIfDone();
  }

  protected close(): void {
    this.events.push(`${this.remote} closed, ${this.isClosed}`);
  }
}

test('counts its queries and remembers the last one', async () => {
  clock.advance(10);
  const connection = new Connection([]);
  expect([connection.createdMs, connection.lastUsedMs, connection.sent]).toEqual([10, 10, 0]);
  clock.advance(5);
  await connection.ask();
  expect([connection.createdMs, connection.lastUsedMs, connection.sent]).toEqual([10, 15, 1]);
});

test('closes when it is retired and its last query has ended, once', async () => {
  const connection = new Connection([]);
  await Promise.all([connection.ask(), connection.ask()]);
  connection.end();
  connection.retire();
  expect([connection.isRetired, connection.events]).toEqual([true, []]);
  connection.end();
  connection.retire();
  expect(connection.events).toEqual(['[::1]:53 closed, true', 'told']);
});

test('closes at once when it is idle, and stays open until it is retired', async () => {
  const connection = new Connection([]);
  await connection.ask();
  connection.end();
  expect(connection.events).toEqual([]);
  connection.retire();
  expect(connection.events).toEqual(['[::1]:53 closed, true', 'told']);
});

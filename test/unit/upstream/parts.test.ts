// The parts of the upstream room that need no socket: numbers, orders, errors, health, pools.
import { describe, expect, test } from 'vitest';
import { addressText } from '../../../src/upstream/address.ts';
import { ConnectionPool, type PooledConnection } from '../../../src/upstream/connection-pool.ts';
import { Health } from '../../../src/upstream/health.ts';
import { systemError, timeoutError } from '../../../src/upstream/network-error.ts';
import { createPolicy, shuffled } from '../../../src/upstream/policy.ts';
import { ProxyMetrics } from '../../../src/upstream/proxy-metrics.ts';
import {
  fillRandom,
  randomBelow,
  randomPort,
  randomUint16,
  randomUint32,
} from '../../../src/upstream/random.ts';
import type { ConnectionOptions } from '../../../src/upstream/upstream-options.ts';
import type { UpstreamOutcome, UpstreamQuery } from '../../../src/upstream/upstream-query.ts';
import { PluginBench } from '../../support/chain-doubles.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { name } from '../../support/record-lines.ts';

describe('random numbers', () => {
  test('stay in their ranges and differ', () => {
    const numbers = Array.from({ length: 3000 }, randomUint16);
    expect(new Set(numbers).size).toBeGreaterThan(2000);
    expect(Math.min(...Array.from({ length: 3000 }, randomPort))).toBeGreaterThanOrEqual(1024);
    expect(Math.max(...Array.from({ length: 100 }, () => randomBelow(3)))).toBe(2);
    expect(Math.max(...Array.from({ length: 100 }, randomUint32))).toBeGreaterThan(2 ** 31);
  });

  test.each([
    ['from the kernel', undefined],
    ['without its device', '/nowhere/urandom'],
    ['from a device that has nothing', '/dev/null'],
    ['from a folder in its place', '/'],
  ])('fill a block %s', (_where, device) => {
    const block = new Uint16Array(1024);
    fillRandom(block, device);
    expect(new Set(block.subarray(512)).size).toBeGreaterThan(400);
  });
});

test('IPv6 addresses are written in brackets', () => {
  expect(addressText({ host: '::1', port: '53' })).toBe('[::1]:53');
});

describe('errors are worded as in Go', () => {
  const read = { word: 'read', network: 'udp', local: 'A', remote: 'B' } as const;
  const dial = { word: 'dial', network: 'tcp', local: undefined, remote: 'B' } as const;
  test.each([
    ['ECONNREFUSED', 'connection refused'],
    ['ENETUNREACH', 'network is unreachable'],
    ['EODD', 'odd'],
  ])('%s', (code, reason) => {
    const error = Object.assign(new Error('odd'), { code });
    expect(systemError(read, error).message).toBe(`read udp A->B: read: ${reason}`);
    expect(systemError(dial, error)).toMatchObject({
      message: `dial tcp B: connect: ${reason}`,
      code: 'UPSTREAM_FAILED',
      cause: error,
    });
  });

  test('timeouts have a code of their own', () => {
    expect(timeoutError(dial)).toMatchObject({
      message: 'dial tcp B: i/o timeout',
      code: 'UPSTREAM_TIMEOUT',
    });
    expect(systemError(read, 'text').message).toBe('read udp A->B: read: text');
  });
});

describe('policies', () => {
  test('round_robin begins with the second upstream', () => {
    const policy = createPolicy<number>('round_robin');
    const turns = Array.from({ length: 4 }, () => policy([1, 2, 3]).join(''));
    expect(turns).toEqual(['213', '312', '123', '213']);
    expect(createPolicy<number>('round_robin')([])).toEqual([]);
  });

  test('sequential keeps the order', () => {
    expect(createPolicy<number>('sequential')([1, 2, 3])).toEqual([1, 2, 3]);
  });

  test('random gives each order', () => {
    const orders = Array.from({ length: 600 }, () => shuffled([1, 2, 3]).join(''));
    expect(new Set(orders).size).toBe(6);
    expect(shuffled([1])).toEqual([1]);
  });
});

test('response codes without a word are numbers in the metrics', () => {
  const bench = new PluginBench(new FakeClock());
  new ProxyMetrics(bench.metrics, 'forward', 'B').observe(3841, 1);
  expect(bench.count('coredns_proxy_request_duration_seconds', ['forward', 'B', '3841'])).toBe(1);
});

describe('health', () => {
  /** Lets promises run on. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }

  test('probes at once, then every interval, until a probe is good', async () => {
    const clock = new FakeClock();
    const results = [false, false, false, true];
    let probes = 0;
    let failures = 0;
    const health = new Health({
      clock,
      intervalMs: 500,
      probe: () => Promise.resolve(results[probes++] ?? true),
      onFailure: () => failures++,
    });
    health.check();
    for (let turn = 0; turn < 3; turn++) {
      health.check();
      await settle();
      expect([probes, health.isDown(2)]).toEqual([turn + 1, turn === 2]);
      expect(clock.nextDueInMs).toBe(500);
      clock.advance(500);
    }
    await settle();
    expect([probes, failures, health.isDown(2), clock.pendingTimers]).toEqual([4, 3, false, 0]);
    health.check();
    expect(probes).toBe(5);
  });

  test('stops for good', async () => {
    const clock = new FakeClock();
    let probes = 0;
    const probe = (): Promise<boolean> => {
      probes++;
      return Promise.resolve(false);
    };
    const health = new Health({ clock, intervalMs: 1, probe, onFailure: () => {} });
    health.check();
    await settle();
    health.stop();
    clock.advance(10);
    health.check();
    const second = new Health({ clock, intervalMs: 1, probe, onFailure: () => {} });
    second.check();
    second.stop();
    await settle();
    expect([probes, clock.pendingTimers]).toEqual([2, 0]);
  });
});

describe('a pool', () => {
  class Connection implements PooledConnection {
    readonly createdMs: number;
    lastUsedMs: number;
    sent = 0;
    inFlight = 0;
    isRetired = false;
    isGathering = false;
    readonly #clock: FakeClock;
    readonly #waiting: ((outcome: UpstreamOutcome) => void)[] = [];
    constructor(clock: FakeClock) {
      this.#clock = clock;
      this.createdMs = clock.monotonicMs();
      this.lastUsedMs = this.createdMs;
    }
    ask(): Promise<UpstreamOutcome> {
      this.sent++;
      this.inFlight++;
      this.lastUsedMs = this.#clock.monotonicMs();
      return new Promise((settle) => this.#waiting.push(settle));
    }
    /** Ends the oldest query. */
    end(): void {
      this.inFlight--;
      this.#waiting.shift()?.({ kind: 'mismatch' });
    }
    retire(): void {
      this.isRetired = true;
    }
  }

  const QUERY: UpstreamQuery = {
    wire: new Uint8Array(12),
    question: { name: name('.'), type: 1, class: 1 },
    receiveSize: 512,
  };

  function poolWith(options: Partial<ConnectionOptions> = {}, maxQueries = 100) {
    const clock = new FakeClock();
    const made: Connection[] = [];
    const uses: boolean[] = [];
    const pool = new ConnectionPool<Connection>(
      {
        address: { host: '127.0.0.1', port: '53' },
        clock,
        expireMs: 1000,
        maxAgeMs: 0,
        maxIdle: 0,
        readTimeoutMs: 1,
        sourceAddress: undefined,
        ...options,
      },
      { maxOpen: 2, queriesBeforeOpening: 1, maxQueries, renewAfterMs: 5000 },
      () => {
        const connection = new Connection(clock);
        made.push(connection);
        return connection;
      },
      (isReused) => uses.push(isReused),
    );
    return { clock, made, uses, pool };
  }

  test('opens connections up to its limit while all are busy, then shares them', () => {
    const { made, uses, pool } = poolWith();
    for (let count = 0; count < 5; count++) void pool.ask(QUERY, 1);
    expect(made.map(({ sent }) => sent)).toEqual([3, 2]);
    expect(uses).toEqual([false, false, true, true, true]);
    expect(pool.size).toBe(2);
  });

  test('queries of one turn go together where they can', () => {
    const { made, uses, pool } = poolWith();
    void pool.ask(QUERY, 1);
    for (const connection of made) connection.isGathering = true;
    for (let count = 0; count < 3; count++) void pool.ask(QUERY, 1);
    expect([made.map(({ sent }) => sent), uses]).toEqual([[4], [false, true, true, true]]);
    for (const connection of made) connection.isGathering = false;
    void pool.ask(QUERY, 1);
    expect(made.map(({ sent }) => sent)).toEqual([4, 1]);
  });

  test('takes idle connections in turn', () => {
    const { made, pool } = poolWith();
    void pool.ask(QUERY, 1);
    void pool.ask(QUERY, 1);
    for (let count = 0; count < 4; count++) {
      for (const connection of made) connection.inFlight = 0;
      void pool.ask(QUERY, 1);
    }
    expect(made.map(({ sent }) => sent)).toEqual([3, 3]);
  });

  test('retires a connection after its last query', () => {
    const { made, pool } = poolWith({}, 2);
    void pool.ask(QUERY, 1);
    for (const connection of made) connection.inFlight = 0;
    void pool.ask(QUERY, 1);
    expect([made[0]?.isRetired, pool.size]).toEqual([true, 0]);
  });

  test('closes idle connections without being asked, and leaves busy ones', () => {
    const { clock, made, pool } = poolWith();
    void pool.ask(QUERY, 1);
    clock.advance(1500);
    expect([made[0]?.isRetired, clock.pendingTimers]).toEqual([false, 1]);
    for (const connection of made) connection.inFlight = 0;
    clock.advance(1500);
    expect([made[0]?.isRetired, clock.pendingTimers, pool.size]).toEqual([true, 0, 0]);
  });

  test('renews connections by age, busy or not', () => {
    const { clock, made, pool } = poolWith({ maxAgeMs: 10 });
    void pool.ask(QUERY, 1);
    clock.advance(11);
    void pool.ask(QUERY, 1);
    expect(made.map(({ isRetired }) => isRetired)).toEqual([true, false]);
  });

  test('closes a connection that goes idle when there are enough of them', async () => {
    const { made, pool } = poolWith({ maxIdle: 1 });
    const outcomes = [pool.ask(QUERY, 1), pool.ask(QUERY, 1), pool.ask(QUERY, 1)];
    made[0]?.end();
    await outcomes[0];
    // Its other query is still in flight.
    expect(made.map(({ isRetired }) => isRetired)).toEqual([false, false]);
    made[1]?.end();
    await outcomes[1];
    made[0]?.end();
    await outcomes[2];
    expect(made.map(({ isRetired }) => isRetired)).toEqual([true, false]);
    expect(pool.size).toBe(1);
  });

  test('retires everything on close, and what is opened later at once', () => {
    const { clock, made, pool } = poolWith();
    void pool.ask(QUERY, 1);
    pool.close();
    void pool.ask(QUERY, 1);
    expect(made.map(({ isRetired }) => isRetired)).toEqual([true, true]);
    expect([pool.size, clock.pendingTimers]).toEqual([0, 0]);
  });
});

// The times of the SOA: refresh, retry, expire.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { RRType } from '../../../../src/dns/codes/rr-type.ts';
import {
  ask,
  PLAIN,
  REFRESH_JITTER_MS,
  REFRESH_MS,
  RETRY_JITTER_MS,
  SecondaryBench,
  zoneRecords,
} from '../../../support/secondary-bench.ts';

let bench: SecondaryBench;

beforeEach(async () => {
  bench = await SecondaryBench.open();
});
afterEach(() => bench.close());

test('a newer serial is fetched, the same is not', async () => {
  const handler = await bench.load(PLAIN);
  await bench.logged('Transferred');
  await bench.pass(REFRESH_MS, REFRESH_JITTER_MS);
  await bench.until(
    () => bench.primary.queries.length > 1,
    () => 'no check',
  );
  expect(bench.primary.queries.map(({ questions }) => questions[0]?.type)).toEqual([
    RRType.AXFR,
    RRType.SOA,
  ]);
  bench.zones.set('zone.test.', zoneRecords(2, 'w.zone.test. 60 IN A 10.0.0.2'));
  await bench.pass(REFRESH_MS, REFRESH_JITTER_MS);
  await bench.logged('Transferred', 2);
  expect(await ask(handler)).toContain('10.0.0.2');
});

test('an old copy answers SERVFAIL until the primary is back', async () => {
  const handler = await bench.load(PLAIN);
  await bench.logged('Transferred');
  const kept = [...bench.zones];
  bench.zones.clear();
  await bench.pass(REFRESH_MS, REFRESH_JITTER_MS);
  await bench.logged('[WARNING] plugin/file: Failed refresh check rcode was "REFUSED", no SOA');
  for (let checks = 1; bench.clock.monotonicMs() < 1_000_000; checks++) {
    expect(await ask(handler)).toContain('10.0.0.1');
    await bench.pass(REFRESH_MS, RETRY_JITTER_MS);
    await bench.logged('Failed retry check', checks);
  }
  expect(await ask(handler)).toBe(`unwritten ${Rcode.SERVFAIL}`);
  expect(bench.lines.at(-1)).toBe('[ERROR] plugin/file: Zone zone.test. is expired');
  for (const [origin, records] of kept) bench.zones.set(origin, records);
  const checked = bench.primary.queries.length;
  await bench.pass(REFRESH_MS, RETRY_JITTER_MS);
  await bench.until(
    () => bench.primary.queries.length > checked,
    () => 'no check',
  );
  // The same serial: nothing is fetched, and the copy is good again.
  await bench.until(
    () => bench.clock.nextDueInMs === REFRESH_MS,
    () => `no refresh: ${bench.clock.nextDueInMs}`,
  );
  expect(await ask(handler)).toContain('10.0.0.1');
});

test('a copy that is checked in time does not expire', async () => {
  const handler = await bench.load(PLAIN);
  await bench.logged('Transferred');
  const [soa] = zoneRecords(2);
  if (soa !== undefined) {
    // Refresh after 2000 seconds, expiry after 1000.
    const rdata = soa.rdata.slice();
    new DataView(rdata.buffer).setUint32(rdata.length - 16, 2000);
    bench.zones.set('zone.test.', [{ ...soa, rdata }]);
  }
  await bench.pass(REFRESH_MS, REFRESH_JITTER_MS);
  await bench.logged('Transferred', 2);
  await bench.pass(1_100_000, 0);
  expect(await ask(handler, 'zone.test.', 'SOA')).toContain(' 2 2000 100 1000 ');
});

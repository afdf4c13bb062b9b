// Zone files that are looked at again and again: what counts as a change, and what a broken file does (nothing).
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { ZoneWatch } from '../../../src/zone/zone-watch.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { name } from '../../support/record-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'zone-watch-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'db.zone');

function zoneText(serial: number, address = '10.0.0.1'): string {
  return `@ 60 IN SOA a. b. ${serial} 2 3 4 5\nw 60 IN A ${address}\n`;
}

/** Numbers of records, a publication each. */
let published: number[];
let reloads: number;
let lines: string[];

beforeEach(() => {
  writeFileSync(path, zoneText(1));
  published = [];
  reloads = 0;
  lines = [];
});

function watch(): ZoneWatch {
  return new ZoneWatch(
    { origin: name('zone.test.'), fileName: path },
    {
      clock: new FakeClock(),
      log: {
        info: (text) => lines.push(`[INFO] ${text}`),
        error: (text) => lines.push(`[ERROR] ${text}`),
      },
      publish: (records) => published.push(records.length),
      onReload: () => {
        reloads += 1;
      },
    },
  );
}

test('takes a file with a new serial', async () => {
  const one = watch();
  one.load(zoneText(1));
  await one.check(false);
  expect(published).toEqual([2]);
  writeFileSync(path, zoneText(2));
  await one.check(false);
  expect(published).toEqual([2, 2]);
  expect(reloads).toBe(1);
  expect(lines).toEqual([
    `[INFO] Successfully reloaded zone "zone.test." in "${path}" with 2 SOA serial`,
  ]);
});

test('keeps the zone when the file is broken or gone', async () => {
  const one = watch();
  one.load(zoneText(1));
  writeFileSync(path, '@ 60 IN SOA a. b. 2 2 3 4 5\nx AX 10.0.0.1\n');
  await one.check(false);
  rmSync(path);
  await one.check(false);
  expect(published).toHaveLength(1);
  expect(lines).toEqual([
    `[ERROR] Parsing zone "zone.test.": failed to parse file "${path}" for origin zone.test. with error ${path}: dns: not a TTL: "AX" at line: 2:5`,
    `[ERROR] Failed to open zone "zone.test." in "${path}": open ${path}: no such file or directory`,
  ]);
});

test('loads a file that was missing, whatever its serial', async () => {
  writeFileSync(path, zoneText(0));
  await watch().check(false);
  expect(published).toEqual([2]);
});

test('goes by modification time with reload_by_mtime', async () => {
  const one = watch();
  one.load(zoneText(1));
  await one.start(0, true);
  await one.check(true);
  expect(published).toHaveLength(1);
  utimesSync(path, 1, 1);
  await one.check(true);
  await one.check(true);
  expect(published).toHaveLength(2);
  one.stop();
});

test('does not publish after the shutdown', async () => {
  const one = watch();
  one.load(zoneText(1));
  writeFileSync(path, zoneText(2));
  const check = one.check(false);
  one.stop();
  await check;
  expect(published).toHaveLength(1);
});

test('looks at another file when the zone has moved there', async () => {
  const one = watch();
  one.load(zoneText(1));
  one.fileName = join(folder, 'moved');
  writeFileSync(one.fileName, zoneText(7));
  await one.check(false);
  expect(lines).toEqual([
    `[INFO] Successfully reloaded zone "zone.test." in "${one.fileName}" with 7 SOA serial`,
  ]);
});

test('a file that goes while the watch ends is nobody’s business', async () => {
  const one = watch();
  rmSync(path);
  const check = one.check(false);
  one.stop();
  await check;
  expect(lines).toEqual([]);
});

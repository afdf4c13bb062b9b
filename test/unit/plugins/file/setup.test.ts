// The control half of file: stanzas, first load, reloading, CoreDNS's texts.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Dispenser } from '../../../../src/corefile/dispenser.ts';
import { ZoneWatch } from '../../../../src/plugins/file/control.ts';
import type { FileOptions } from '../../../../src/plugins/file/options.ts';
import { fileRows } from '../../../../src/plugins/file/options.ts';
import { fileControl } from '../../../../src/plugins/file/setup.ts';
import { unpackRecords } from '../../../../src/zone/packed-records.ts';
import { PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { name } from '../../../support/record-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'file-setup-'));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'db.zone');

function zoneText(serial: number, address = '10.0.0.1'): string {
  return `@ 60 IN SOA a. b. ${serial} 2 3 4 5\nw 60 IN A ${address}\n`;
}

/** What was published, as `CHANNEL: number of records`. */
let published: string[];
let clock: FakeClock;
let bench: ControlBench;

beforeEach(() => {
  writeFileSync(path, zoneText(1));
  published = [];
  clock = new FakeClock();
  bench = new ControlBench(clock);
  let channels = 0;
  Object.assign(bench.instance, {
    newChannel: (plugin: string) => `${plugin}${++channels}`,
    publish: (channel: string, data: SharedArrayBuffer) => {
      published.push(`${channel}: ${unpackRecords(data).length}`);
    },
  });
});

async function load(lines: string, key = 'zone.test'): Promise<FileOptions> {
  const [options] = await bench.load(fileControl, `${key}:1053 {\n${lines}\n}\n`);
  return options as FileOptions;
}

describe('stanzas', () => {
  test('serve the zones of the block, or those that they name', async () => {
    expect(await load(`file ${path}`)).toEqual({
      zones: [{ origin: 'zone.test.', channel: 'file1' }],
      fallthrough: undefined,
    });
    const named = await load(`file ${path} A.test 10.0.0.0/24`);
    expect(named.zones.map(({ origin }) => origin)).toEqual(['a.test.', '0.0.10.in-addr.arpa.']);
    expect(published).toEqual(['file1: 2', 'file2: 2', 'file3: 2']);
  });

  test('add up to one handler', async () => {
    const options = await load(
      `file ${path} a.test\nfile ${path} b.test {\nfallthrough x.b.test\n}`,
    );
    expect(options.zones).toHaveLength(2);
    expect(options.fallthrough).toEqual(['x.b.test.']);
  });

  test('fallthrough alone is for all names', async () => {
    expect((await load(`file ${path} {\nfallthrough\nupstream 1.1.1.1\n}`)).fallthrough).toEqual(
      [],
    );
  });

  test('count relative files from the root', async () => {
    const double = new PluginBench(clock);
    const tokens = ['file', 'db.zone'].map((text) => ({ text, file: 'Corefile', line: 1 }));
    const block = double.block(['zone.test.'], folder);
    await fileControl.setup(new Dispenser('Corefile', tokens), block);
    expect(double.log.lines).toEqual([]);
  });

  test.each([
    ['file', "Wrong argument count or unexpected line ending after 'file'"],
    ['file F {\nfoo\n}', "unknown property 'foo'"],
    ['file F {\nreload\n}', 'reload duration value is expected'],
    ['file F {\nreload x\n}', 'plugin/file: time: invalid duration "x"'],
    ['file none {\nreload 0\n}', 'plugin/file: open none: no such file or directory'],
  ])('%j: %s', async (lines, error) => {
    await expect(load(lines.replace('F', path))).rejects.toThrow(error);
  });

  test('a broken file ends the start', async () => {
    writeFileSync(path, 'zone.test. 60 IN A 10.0.0.1\n');
    const error = `file "${path}" has no SOA record for origin zone.test.`;
    await expect(load(`file ${path}`)).rejects.toThrow(error);
  });

  test('a file that is missing, or a folder, is waited for', async () => {
    const options = await load(`file none\nfile ${folder}`);
    expect(options.zones).toHaveLength(2);
    expect(published).toEqual([]);
    expect(bench.log.lines).toEqual([
      '[WARNING] plugin/file: Failed to open "open none: no such file or directory": trying again in 1m0s',
      `[WARNING] plugin/file: Failed to open "read ${folder}: is a directory": trying again in 1m0s`,
    ]);
  });

  test('all options have a sentence for the README', () => {
    for (const { name: word, doc } of fileRows) expect(doc, word).not.toBe('');
  });
});

describe('reloading', () => {
  function watch(): ZoneWatch {
    const options = { origin: name('zone.test.'), fileName: path, channel: 'c' };
    return new ZoneWatch(options, bench.instance);
  }

  test('takes a file with a new serial', async () => {
    const one = watch();
    one.load(zoneText(1));
    await one.check(false);
    expect(published).toEqual(['c: 2']);
    writeFileSync(path, zoneText(2));
    await one.check(false);
    expect(published).toEqual(['c: 2', 'c: 2']);
    expect(bench.log.lines).toEqual([
      `[INFO] plugin/file: Successfully reloaded zone "zone.test." in "${path}" with 2 SOA serial`,
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
    expect(bench.log.lines).toEqual([
      `[ERROR] plugin/file: Parsing zone "zone.test.": failed to parse file "${path}" for origin zone.test. with error ${path}: dns: not a TTL: "AX" at line: 2:5`,
      `[ERROR] plugin/file: Failed to open zone "zone.test." in "${path}": open ${path}: no such file or directory`,
    ]);
  });

  test('loads a file that was missing, whatever its serial', async () => {
    writeFileSync(path, zoneText(0));
    await watch().check(false);
    expect(published).toEqual(['c: 2']);
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

  test('looks every interval from the startup hook to the shutdown hook', async () => {
    await load(`file ${path} {\nreload 5s\n}`);
    expect(clock.pendingTimers).toBe(0);
    for (const hook of bench.instance.hooks.startup) await hook();
    expect(clock.nextDueInMs).toBe(5000);
    writeFileSync(path, zoneText(3));
    clock.advance(5000);
    for (let turn = 0; turn < 2000 && clock.pendingTimers === 0; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(published).toHaveLength(2);
    for (const hook of bench.instance.hooks.shutdown) await hook();
    expect(clock.pendingTimers).toBe(0);
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
});

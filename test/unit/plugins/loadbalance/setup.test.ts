// Options of loadbalance, CoreDNS's texts for wrong ones, and the life of a weight file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseCidr } from '../../../../src/base/ip.ts';
import { WeightFile } from '../../../../src/plugins/loadbalance/control.ts';
import { loadbalanceControl } from '../../../../src/plugins/loadbalance/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const load = (lines: string): Promise<unknown[]> =>
  new ControlBench().load(loadbalanceControl, `.:1053 {\n${lines}\n}`);

describe('options', () => {
  const blocks = ['10.0.0.0/8', '2001:db8::/32'].map(parseCidr);
  test.each<[string, object]>([
    ['loadbalance', { preferred: [], weightsChannel: undefined }],
    ['loadbalance round_robin {\n}', { preferred: [], weightsChannel: undefined }],
    ['loadbalance {\nprefer 10.0.0.0/8\nprefer\nprefer 2001:db8::/32\n}', { preferred: blocks }],
    ['loadbalance weighted wf', { preferred: [], weightsChannel: 'loadbalance' }],
    ['loadbalance {\nprefer 10.0.0.0/8\n}\nloadbalance weighted wf', { preferred: [] }],
    ['loadbalance weighted wf\nloadbalance', { weightsChannel: undefined }],
  ])('%j', async (lines, expected) => {
    const options = await load(lines);
    expect(options).toHaveLength(1);
    expect(options[0]).toMatchObject(expected);
  });
});

describe('errors', () => {
  const at = (line: number, text: string): string =>
    `Corefile:${line} - Error during parsing: ${text}`;
  test.each([
    ['loadbalance foo', 'unknown policy: foo'],
    ['loadbalance round_robin x', at(2, 'unknown property for round_robin')],
    ['loadbalance weighted', at(2, 'missing weight file argument')],
    ['loadbalance weighted wf x', at(2, 'unexpected argument(s)')],
    ['loadbalance {\nfoo\n}', at(3, "unknown property 'foo'")],
    ['loadbalance {\nprefer x\n}', at(3, 'invalid CIDR "x": invalid CIDR address: x')],
    ['loadbalance weighted wf {\nprefer 10.0.0.0/8\n}', at(3, "unknown property 'prefer'")],
    ['loadbalance weighted wf {\nreload\n}', at(3, 'reload duration value is missing')],
    ['loadbalance weighted wf {\nreload 1s 2s\n}', at(3, 'unexpected argument')],
    ['loadbalance weighted wf {\nreload x\n}', at(3, "invalid reload duration 'x'")],
  ])('%j', async (lines, text) => {
    expect(await new ControlBench().errorOf(loadbalanceControl, `.:1053 {\n${lines}\n}`)).toBe(
      text,
    );
  });
});

describe('a weight file', () => {
  let folder: string;
  let file: string;
  let clock: FakeClock;
  let bench: ControlBench;
  let publish: ReturnType<typeof vi.fn>;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'weights-'));
    file = join(folder, 'wf');
    clock = new FakeClock();
    bench = new ControlBench(clock);
    publish = vi.fn();
    Object.assign(bench.instance, { publish });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const watch = (reloadMs: number): WeightFile =>
    new WeightFile({ fileName: file, reloadMs, channel: 'c' }, bench.instance);

  test('is published when it is there, and again when it changes', async () => {
    const weights = watch(30_000);
    await weights.start();
    const open = 'Failed to open weight file:weight file open error. Will try again in 30s';
    expect(bench.log.lines).toEqual([`[WARNING] plugin/loadbalance: ${open}`]);
    writeFileSync(file, 'a.test\n1.2.3.4 5\n');
    clock.advance(30_000);
    await vi.waitFor(() => expect(publish).toHaveBeenCalledTimes(1));
    expect(bench.log.lines[1]).toBe(
      `[INFO] plugin/loadbalance: Successfully reloaded weight file ${file}`,
    );
    await weights.check();
    expect(publish).toHaveBeenCalledTimes(1);
    writeFileSync(file, 'a.test\n1.2.3.4 x\n');
    await weights.check();
    await weights.check();
    expect(bench.log.lines.slice(2)).toEqual([
      `[ERROR] plugin/loadbalance: wrong weight value:"x" in weight file ${file}`,
    ]);
    await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
    weights.stop();
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    [0, 'plugin/loadbalance: weight file open error'],
    [-1, undefined],
  ])('that is missing, read once (%d)', async (reloadMs, error) => {
    const started = await watch(reloadMs)
      .start()
      .catch((reason: unknown) => (reason instanceof Error ? reason.message : undefined));
    expect(started).toBe(error);
    expect(clock.pendingTimers).toBe(0);
  });

  test('that is wrong ends the start', async () => {
    writeFileSync(file, 'x');
    file = folder;
    await expect(watch(1000).start()).rejects.toThrow(
      `plugin/loadbalance: read ${folder}: is a directory`,
    );
  });

  test('stands below the folder of root, and lives as long as the instance', async () => {
    writeFileSync(file, '');
    const root = new ControlBench(clock);
    Object.assign(root.instance, { publish });
    const within: typeof loadbalanceControl = {
      ...loadbalanceControl,
      setup: (dispenser, setup) => {
        setup.settings.root = folder;
        return loadbalanceControl.setup(dispenser, setup);
      },
    };
    await root.load(within, '.:1053 {\nloadbalance weighted wf {\nreload 7s\n}\n}');
    await root.run('startup');
    expect(publish).toHaveBeenCalledWith('loadbalance', new Map());
    expect(clock.nextDueInMs).toBe(7000);
    await root.run('shutdown');
    expect(clock.pendingTimers).toBe(0);
  });
});

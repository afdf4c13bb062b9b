// Where search lists come from.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { autopathControl } from '../../../../src/plugins/autopath/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'autopath-'));
afterAll(() => rmSync(folder, { recursive: true }));
const resolvConf = join(folder, 'resolv.conf');
writeFileSync(resolvConf, 'search svc.A.test a.test\nnameserver 127.0.0.1\n');

describe('options', () => {
  const search = ['svc.a.test.', 'a.test.'];
  test.each([
    [`autopath ${resolvConf}`, { zones: ['example.org.'], provider: undefined, search }],
    [`autopath X.test ${resolvConf}`, { zones: ['x.test.'], provider: undefined, search }],
    ['autopath @kubernetes', { zones: ['example.org.'], provider: 'kubernetes', search: [] }],
    ['autopath a @x\nautopath b @y', { zones: ['b.'], provider: 'y', search: [] }],
  ])('%s', async (lines, options) => {
    const corefile = `example.org:1053 {\n${lines}\n}`;
    expect(await new ControlBench().load(autopathControl, corefile)).toEqual([options]);
  });
});

describe('errors', () => {
  test.each([
    ['autopath', 'no resolv-conf specified'],
    ['autopath nofile', 'failed to parse "nofile": open nofile: no such file or directory'],
    [
      `autopath ${folder}/x/y`,
      `failed to parse "${folder}/x/y": open ${folder}/x/y: no such file or directory`,
    ],
    [`autopath ${folder}`, `failed to parse "${folder}": open ${folder}: is a directory`],
    [
      `autopath ${resolvConf}/x`,
      `failed to parse "${resolvConf}/x": open ${resolvConf}/x: ENOTDIR`,
    ],
  ])('%s', async (line, text) => {
    expect(await new ControlBench().errorOf(autopathControl, `.:1053 {\n${line}\n}`)).toBe(text);
  });
});

describe('at start', () => {
  async function start(words: readonly string[]): Promise<void> {
    const bench = new ControlBench();
    const lines = words.map((word) => (word === 'autopath' ? 'autopath @log' : word));
    await bench.load(autopathControl, `.:1053 {\n${lines.join('\n')}\n}`);
    await bench.run('startup');
  }

  test('a plugin in front of autopath cannot be asked', async () => {
    await expect(start(['log', 'autopath'])).rejects.toThrow(
      'plugin/autopath: log does not implement the AutoPather interface',
    );
  });

  test('one behind it, or one that is not there, is no reason to stop', async () => {
    await start(['autopath', 'log']);
    await start(['autopath']);
  });
});

// The folder of relative file names.
import { expect, test } from 'vitest';
import { rootControl } from '../../../../src/plugins/root/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

async function load(lines: string): Promise<ControlBench> {
  const bench = new ControlBench();
  expect(await bench.load(rootControl, `.:1053 {\n${lines}\n}`)).toEqual([]);
  return bench;
}

test('is a setting of the block; the last one holds', async () => {
  const bench = await load('root /etc\nroot /usr');
  expect(bench.blocks[0]?.settings.root).toBe('/usr');
  expect(bench.log.lines).toEqual([]);
});

test('need not exist', async () => {
  const bench = await load('root nodir');
  expect(bench.blocks[0]?.settings.root).toBe('nodir');
  expect(bench.log.lines).toEqual(['[WARNING] plugin/root: Root path does not exist: nodir']);
});

test.each([
  [
    'root',
    "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'root'",
  ],
  [
    'root /etc/hosts/x',
    "unable to access root path '/etc/hosts/x': stat /etc/hosts/x: not a directory",
  ],
  [
    `root /${'x'.repeat(300)}`,
    `unable to access root path '/${'x'.repeat(300)}': stat /${'x'.repeat(300)}: file name too long`,
  ],
  [
    'root "a\u0000b"',
    "unable to access root path 'a\u0000b': stat a\u0000b: ERR_INVALID_ARG_VALUE",
  ],
])('refuses %s', async (line, text) => {
  expect(await new ControlBench().errorOf(rootControl, `.:1053 {\n${line}\n}`)).toBe(text);
});

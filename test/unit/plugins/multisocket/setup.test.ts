// Sockets an address.
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { multisocketControl } from '../../../../src/plugins/multisocket/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

test.each([
  ['multisocket', availableParallelism()],
  ['multisocket 1', 1],
  ['multisocket 1024', 1024],
])('%s', async (line, sockets) => {
  const bench = new ControlBench();
  expect(await bench.load(multisocketControl, `.:1053 {\n${line}\n}`)).toEqual([]);
  expect(bench.blocks[0]?.settings.sockets).toBe(sockets);
});

const argument = 'Error during parsing: Wrong argument count or unexpected line ending after';
test.each([
  ['multisocket x', 'invalid num sockets: strconv.Atoi: parsing "x": invalid syntax'],
  ['multisocket 0', 'num sockets can not be zero or negative: 0'],
  ['multisocket -1', 'num sockets can not be zero or negative: -1'],
  ['multisocket 1025', 'num sockets exceeds maximum (1024): 1025'],
  ['multisocket 1 2', `Corefile:2 - ${argument} '2'`],
  ['multisocket 1\nmultisocket 1', `Corefile:3 - ${argument} 'multisocket'`],
])('refuses %s', async (lines, text) => {
  expect(await new ControlBench().errorOf(multisocketControl, `.:1053 {\n${lines}\n}`)).toBe(text);
});

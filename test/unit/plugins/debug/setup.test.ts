// The debug word sets a flag of its block.
import { expect, test } from 'vitest';
import { debugControl } from '../../../../src/plugins/debug/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

test('turns debugging on without a handler', async () => {
  const bench = new ControlBench();
  expect(await bench.load(debugControl, '.:1053 {\n debug\n debug\n}')).toEqual([]);
  expect(bench.blocks[0]?.settings.isDebug).toBe(true);
});

test('refuses arguments', async () => {
  expect(await new ControlBench().errorOf(debugControl, '.:1053 {\n debug x\n}')).toBe(
    "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
  );
});

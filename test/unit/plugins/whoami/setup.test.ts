// Arguments of whoami.
import { expect, test } from 'vitest';
import { whoamiControl } from '../../../../src/plugins/whoami/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

test('makes one handler', async () => {
  expect(await new ControlBench().load(whoamiControl, '.:1053 {\n whoami\n}')).toEqual([{}]);
});

test('makes one handler of two words', async () => {
  const corefile = '.:1053 {\n whoami\n whoami again\n}';
  expect(await new ControlBench().load(whoamiControl, corefile)).toEqual([{}]);
});

test('refuses arguments', async () => {
  expect(await new ControlBench().errorOf(whoamiControl, '.:1053 {\n whoami x\n}')).toBe(
    "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
  );
});

// The control half of secondary: CoreDNS's error texts.
import { expect, test } from 'vitest';
import { mergedMembers, secondaryRows } from '../../../../src/plugins/secondary/options.ts';
import { isOlderSerial } from '../../../../src/plugins/secondary/serial.ts';
import { secondaryControl } from '../../../../src/plugins/secondary/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

test.each([
  [
    'secondary',
    'Corefile:2 - Error during parsing: secondary zones require a transfer from property',
  ],
  [
    'secondary {\ntransfer\n}',
    "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'transfer'",
  ],
  [
    'secondary {\ntransfer from\n}',
    "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'from'",
  ],
  ['secondary {\ntransfer to *\n}', 'Corefile:3 - Error during parsing: unknown property to'],
  ['secondary {\ntransfer from *\n}', "can't use '*' in transfer from"],
  ['secondary {\ntransfer from x\n}', "must specify an IP address: `x'"],
  [
    'secondary {\ntransfer from 127.0.0.1\ncatalog a:b:c:\n}',
    'invalid catalog member zone "a:b:c:"',
  ],
  ['secondary {\nfoo\n}', "Corefile:3 - Error during parsing: unknown property 'foo'"],
])('%j: %s', async (lines, error) => {
  expect(await new ControlBench().errorOf(secondaryControl, `a.test:1053 {\n${lines}\n}\n`)).toBe(
    error,
  );
});

test('all options have a sentence for the README', () => {
  for (const { name: word, doc } of secondaryRows) expect(doc, word).not.toBe('');
});

test('several catalog lines add up; one without zones stands for all', async () => {
  const text =
    'a.test:1053 {\nsecondary {\ntransfer from 127.0.0.1\ncatalog b.test\ncatalog c.test\n}\n}\n';
  expect(await new ControlBench().load(secondaryControl, text)).toHaveLength(1);
  expect(mergedMembers(undefined, ['b.', 'b.'])).toEqual(['b.']);
  expect(mergedMembers(['b.'], ['c.', 'b.'])).toEqual(['b.', 'c.']);
  expect(mergedMembers([], ['c.'])).toEqual([]);
  expect(mergedMembers(['b.'], [])).toEqual([]);
});

test.each([
  [1, 2, true],
  [2, 1, false],
  [1, 1, false],
  [0xffff_ffff, 0, true],
  [0, 0xffff_ffff, false],
  [0, 2 ** 31 - 1, true],
])('serial %d is older than %d: %s', (a, b, isOlder) => {
  expect(isOlderSerial(a, b)).toBe(isOlder);
});

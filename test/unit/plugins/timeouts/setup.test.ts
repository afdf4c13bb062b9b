// Times of connections.
import { expect, test } from 'vitest';
import { optionList, syntaxText } from '../../../../src/plugin/options.ts';
import { timeoutsControl, timeoutsRows } from '../../../../src/plugins/timeouts/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

async function settings(options: string): Promise<unknown> {
  const bench = new ControlBench();
  expect(await bench.load(timeoutsControl, `.:1053 {\ntimeouts {\n${options}\n}\n}`)).toEqual([]);
  return bench.blocks[0]?.settings;
}

test.each([
  ['read 1m', { readTimeoutMs: 60_000, writeTimeoutMs: undefined }],
  ['write 24h', { writeTimeoutMs: 86_400_000 }],
  ['idle 20', { idleTimeoutMs: 20_000 }],
  ['maxtcpqueries 7', { maxTcpQueries: 7 }],
  ['maxtcpqueries -1\nread 1s\nread 2s', { maxTcpQueries: -1, readTimeoutMs: 2000 }],
])('%s', async (options, expected) => {
  expect(await settings(options)).toMatchObject(expected);
});

const argument = 'Wrong argument count or unexpected line ending after';
test.each([
  ['read 0s', "timeout provided '0s' needs to be between 1 second and 24 hours"],
  ['read 500ms', "timeout provided '500ms' needs to be between 1 second and 24 hours"],
  ['idle 25h', "timeout provided '25h0m0s' needs to be between 1 second and 24 hours"],
  ['read x', "failed to parse duration 'x'"],
  ['foo 1s', "unknown option: 'foo'"],
  ['foo x', "failed to parse duration 'x'"],
  ['foo', `${argument} 'foo'`],
  ['read 1s 2s', `${argument} '2s'`],
  [
    'maxtcpqueries 0',
    "maxtcpqueries provided '0' needs to be -1 (unlimited) or a positive integer",
  ],
  [
    'maxtcpqueries x',
    'invalid value for maxtcpqueries \'x\': strconv.Atoi: parsing "x": invalid syntax',
  ],
])('refuses %s', async (option, text) => {
  const corefile = `.:1053 {\ntimeouts {\n${option}\n}\n}`;
  expect(await new ControlBench().errorOf(timeoutsControl, corefile)).toBe(
    `Corefile:3 - Error during parsing: ${text}`,
  );
});

test.each([
  ['timeouts', 'timeouts block with no timeouts specified'],
  ['timeouts {\n}', 'timeouts block with no timeouts specified'],
  ['timeouts x', `${argument} 'x'`],
])('refuses %s', async (lines, text) => {
  const error = await new ControlBench().errorOf(timeoutsControl, `.:1053 {\n${lines}\n}`);
  expect(error?.replace(/Corefile:\d/, 'F:L')).toBe(
    `plugin/timeouts: F:L - Error during parsing: ${text}`,
  );
});

test('the rows have their defaults', () => {
  expect(syntaxText('timeouts', timeoutsRows)).toContain('    read DURATION\n');
  expect(optionList(timeoutsRows)).toContain('Default: `10s`.');
});

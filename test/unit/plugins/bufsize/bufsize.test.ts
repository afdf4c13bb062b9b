// The limit on UDP sizes.
import { expect, test } from 'vitest';
import { bufsizeServing } from '../../../../src/plugins/bufsize/bufsize.ts';
import { bufsizeControl } from '../../../../src/plugins/bufsize/setup.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';

test.each([
  ['bufsize', 1232],
  ['bufsize 512', 512],
  ['bufsize 4096', 4096],
  ['bufsize 700\nbufsize 800', 700],
])('%s', async (lines, size) => {
  expect(await new ControlBench().load(bufsizeControl, `.:1053 {\n${lines}\n}`)).toEqual([
    { size },
  ]);
});

test.each([
  ['100', '100'],
  ['5000', '5000'],
  ['x', 'x'],
  ['700 800', '800'],
])('refuses %s', async (words, last) => {
  expect(await new ControlBench().errorOf(bufsizeControl, `.:1053 {\nbufsize ${words}\n}`)).toBe(
    `plugin/bufsize: Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after '${last}'`,
  );
});

test.each([
  [4096, 1000],
  [1000, 1000],
  [600, 600],
])('a client that offers %i gets %i', async (offered, size) => {
  const handler = bufsizeServing.create(
    { size: 1000 },
    { name: 'n', serve: () => 7 },
    undefined as never,
  );
  const exchange = exchangeFor({ name: 'a.', edns: { bufsize: offered, do: true } });
  expect(await handler.serve(exchange)).toBe(7);
  expect(exchange.edns).toMatchObject({ udpSize: size, isDnssecOk: true });
  expect(exchange.maxReplySize).toBe(size);
});

test('a query without EDNS stays without', async () => {
  const handler = bufsizeServing.create(
    { size: 1000 },
    { name: 'n', serve: () => 7 },
    undefined as never,
  );
  const exchange = exchangeFor({ name: 'a.' });
  await handler.serve(exchange);
  expect(exchange.edns).toBeUndefined();
});

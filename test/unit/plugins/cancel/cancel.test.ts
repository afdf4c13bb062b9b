// The time at which lookups give up.
import { expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { EndOfChain } from '../../../../src/plugin/next.ts';
import { cancelServing } from '../../../../src/plugins/cancel/cancel.ts';
import { cancelControl } from '../../../../src/plugins/cancel/setup.ts';
import { forwardServing } from '../../../../src/plugins/forward/forward.ts';
import { defaultForwardBlock } from '../../../../src/plugins/forward/options.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

test('is counted from now, and not later than the one that the query has', async () => {
  const clock = new FakeClock();
  const context = new PluginBench(clock).context();
  const handler = cancelServing.create({ timeoutMs: 100 }, { name: 'n', serve: () => 7 }, context);
  clock.advance(1000);
  const exchange = exchangeFor({ name: 'a.' });
  expect(await handler.serve(exchange)).toBe(7);
  expect(exchange.deadlineMs).toBe(1100);
  exchange.deadlineMs = 1050;
  await handler.serve(exchange);
  expect(exchange.deadlineMs).toBe(1050);
});

test.each([
  ['cancel', 5001],
  ['cancel 1.5s', 1500],
  ['cancel 1s\ncancel', 5001],
])('%s', async (lines, timeoutMs) => {
  const bench = new ControlBench();
  expect(await bench.load(cancelControl, `.:1053 {\n${lines}\n}`)).toEqual([{ timeoutMs }]);
});

test.each([
  ['x', 'invalid duration: "x"'],
  ['-1s', 'invalid negative duration: "-1s"'],
  ['0', 'invalid negative duration: "0"'],
  [
    '1s 2s',
    "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after '2s'",
  ],
])('refuses %s', async (words, text) => {
  const corefile = `.:1053 {\ncancel ${words}\n}`;
  expect(await new ControlBench().errorOf(cancelControl, corefile)).toBe(text);
});

test('forward begins no attempt when the time has passed', async () => {
  const clock = new FakeClock();
  const bench = new PluginBench(clock);
  const upstreams = [{ host: '127.0.0.1', port: '1' }];
  const options = { ...defaultForwardBlock(), policy: 'sequential', from: '.', upstreams };
  const handler = forwardServing.create(options, new EndOfChain('forward'), bench.context());
  const exchange = exchangeFor({ name: 'a.' });
  exchange.deadlineMs = clock.monotonicMs();
  expect(await handler.serve(exchange)).toBe(Rcode.SERVFAIL);
  expect(exchange.error?.message).toBe('no healthy proxies');
  bench.close();
});

// Collecting values of queries.
import { expect, test } from 'vitest';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { isMetadataCollector, type MetadataProvider } from '../../../../src/plugin/metadata.ts';
import { metadataServing } from '../../../../src/plugins/metadata/metadata.ts';
import { metadataControl } from '../../../../src/plugins/metadata/setup.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const provider = (label: string): Handler & MetadataProvider => ({
  name: label,
  serve: () => 0,
  addMetadata: (exchange, metadata) => metadata.set(`${label}/type`, () => String(exchange.type)),
});

function collected(name: string): string[] | undefined {
  const bench = new PluginBench(new FakeClock());
  bench.handlers = [provider('a'), { name: 'other', serve: () => 0 }, provider('b')];
  const next = { name: 'n', serve: () => 7 };
  const handler = metadataServing.create({ zones: ['a.test.'] }, next, bench.context());
  const exchange = exchangeFor({ name });
  expect(handler.serve(exchange)).toBe(7);
  expect(exchange.metadata).toBeUndefined();
  if (isMetadataCollector(handler)) handler.collectMetadata(exchange);
  return exchange.metadata && [...exchange.metadata].map(([key, value]) => `${key}=${value()}`);
}

test('asks every handler that knows something, in chain order', () => {
  expect(collected('x.A.test.')).toEqual(['a/type=1', 'b/type=1']);
});

test('asks nobody about names outside of its zones', () => {
  expect(collected('b.test.')).toEqual([]);
});

test.each([
  ['metadata', ['example.org.']],
  ['metadata A.test 10.0.0.0/8', ['a.test.', '10.in-addr.arpa.']],
  ['metadata {\n}', ['example.org.']],
])('%s', async (line, zones) => {
  const corefile = `example.org:1053 {\n${line}\n}`;
  expect(await new ControlBench().load(metadataControl, corefile)).toEqual([{ zones }]);
});

test.each([
  ['metadata\nmetadata', '3', 'metadata'],
  ['metadata {\nfoo\n}', '3', 'foo'],
])('refuses %s', async (lines, line, word) => {
  expect(await new ControlBench().errorOf(metadataControl, `.:1053 {\n${lines}\n}`)).toBe(
    `Corefile:${line} - Error during parsing: Wrong argument count or unexpected line ending after '${word}'`,
  );
});

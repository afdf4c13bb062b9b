// The answer to ANY.
import { expect, test } from 'vitest';
import { recordText } from '../../../../src/dns/record.ts';
import { anyServing } from '../../../../src/plugins/any/any.ts';
import { anyControl } from '../../../../src/plugins/any/setup.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';

const handler = anyServing.create({}, { name: 'n', serve: () => 7 }, undefined as never);

test('ANY gets a record that says why', () => {
  const exchange = exchangeFor({ name: 'A.Test.', type: 'ANY' });
  expect(handler.serve(exchange)).toBe(0);
  expect(exchange.reply.answer.map(recordText)).toEqual([
    'A.Test. 8482 IN HINFO "ANY obsoleted" "See RFC 8482"',
  ]);
  expect(exchange.reply.isAuthoritative).toBe(false);
});

test('other types go on', () => {
  expect(handler.serve(exchangeFor({ name: 'a.', type: 'AXFR' }))).toBe(7);
});

test('takes no arguments, and may be said twice', async () => {
  const bench = new ControlBench();
  expect(await bench.load(anyControl, '.:1053 {\nany\nany\n}')).toEqual([{}]);
  expect(await bench.errorOf(anyControl, '.:1053 {\nany x\n}')).toBe(
    "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
  );
});

// Which replies minimal shortens.
import { expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import { minimalServing } from '../../../../src/plugins/minimal/minimal.ts';
import { minimalControl } from '../../../../src/plugins/minimal/setup.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { record } from '../../../support/record-lines.ts';

const A = record('a. 5 IN A 192.0.2.1');
const SOA = record('a. 5 IN SOA a. b. 1 2 3 4 5');
const NS = record('a. 5 IN NS b.');
const OPT = { udpSize: 1, version: 0, isDnssecOk: false, extendedRcode: 0, options: [] };

async function serve(answer: (exchange: Exchange) => number | Promise<number>) {
  const context = new PluginBench(new FakeClock()).context();
  const handler = minimalServing.create({}, { name: 'n', serve: answer }, context);
  const exchange = exchangeFor({ name: 'a.' });
  const outcome = await handler.serve(exchange);
  const { answer: answers, authority, additional, edns } = exchange.reply;
  return [outcome, answers.length, authority.length, additional.length, edns];
}

function writing(rcode: number, answers: readonly (typeof A)[], authority: readonly (typeof A)[]) {
  return ({ reply }: Exchange): number => {
    reply.answer.push(...answers);
    reply.authority.push(...authority);
    reply.additional.push(A);
    reply.edns = OPT;
    return reply.write(rcode);
  };
}

test('answers lose what they do not need', async () => {
  expect(await serve(writing(0, [A], [NS]))).toEqual([0, 1, 0, 0, undefined]);
  expect(await serve(writing(0, [], []))).toEqual([0, 0, 0, 0, undefined]);
  expect(await serve(async (exchange) => writing(0, [A], [NS])(exchange))).toEqual([
    0,
    1,
    0,
    0,
    undefined,
  ]);
});

test.each([
  ['a denial', Rcode.NXDOMAIN, [SOA]],
  ['an empty answer', Rcode.NOERROR, [SOA]],
  ['a delegation', Rcode.NOERROR, [NS]],
  ['an error', Rcode.SERVFAIL, []],
])('%s stays whole', async (_about, rcode, authority) => {
  expect(await serve(writing(rcode, [], authority))).toEqual([0, 0, authority.length, 1, OPT]);
});

test("what is not written is the next handler's", async () => {
  expect(await serve(() => Rcode.REFUSED)).toEqual([Rcode.REFUSED, 0, 0, 0, undefined]);
  const failed = await serve((exchange) => {
    exchange.error = new Error('x');
    return Rcode.SERVFAIL;
  });
  expect(failed[0]).toBe(Rcode.SERVFAIL);
});

test('takes no arguments', async () => {
  const bench = new ControlBench();
  expect(await bench.load(minimalControl, '.:1053 {\nminimal\n}')).toEqual([{}]);
  expect(await bench.errorOf(minimalControl, '.:1053 {\nminimal x\n}')).toBe(
    "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
  );
});

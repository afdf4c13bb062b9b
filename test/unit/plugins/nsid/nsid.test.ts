// The identifier in replies.
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import type { Edns } from '../../../../src/dns/edns.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import { nsidServing } from '../../../../src/plugins/nsid/nsid.ts';
import { nsidControl } from '../../../../src/plugins/nsid/setup.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';

const NSID: readonly (readonly [number, string])[] = [[3, '']];

async function replyEdns(
  options: readonly (readonly [number, string])[] | undefined,
  answer: (exchange: Exchange) => number | Promise<number>,
): Promise<Edns | undefined> {
  const handler = nsidServing.create(
    { data: 'me' },
    { name: 'n', serve: answer },
    undefined as never,
  );
  const edns = options && { bufsize: 1400, do: false, options };
  const exchange = exchangeFor({ name: 'a.', ...(edns && { edns }) });
  expect(await handler.serve(exchange)).toBe(0);
  return exchange.reply.edns;
}

const write = ({ reply }: Exchange): number => reply.write(0);
const ME = { code: 3, data: new TextEncoder().encode('me') };

test('stands in replies to queries that ask for it', async () => {
  const expected = { udpSize: 1400, version: 0, isDnssecOk: true, extendedRcode: 0, options: [ME] };
  expect(await replyEdns(NSID, write)).toEqual(expected);
  expect(await replyEdns(NSID, async (exchange) => write(exchange))).toEqual(expected);
});

test.each([
  [
    'replaces',
    [
      { code: 3, data: Uint8Array.of(1) },
      { code: 10, data: Uint8Array.of(2) },
    ],
    [ME, { code: 10, data: Uint8Array.of(2) }],
  ],
  ['joins', [{ code: 10, data: Uint8Array.of(2) }], [{ code: 10, data: Uint8Array.of(2) }, ME]],
])('%s what an upstream says', async (_about, options, expected) => {
  const own = { udpSize: 1232, version: 0, isDnssecOk: false, extendedRcode: 0, options };
  const edns = await replyEdns(NSID, (exchange) => {
    exchange.reply.edns = own;
    return exchange.reply.write(0);
  });
  expect(edns).toEqual({ ...own, options: expected });
});

test('stands in no other reply', async () => {
  expect(await replyEdns(undefined, write)).toBeUndefined();
  expect(await replyEdns([[10, '01']], write)).toBeUndefined();
  expect(await replyEdns(NSID, () => 0)).toBeUndefined();
});

test.each([
  ['nsid', hostname()],
  ['nsid server one', 'server one'],
])('%s', async (line, data) => {
  expect(await new ControlBench().load(nsidControl, `.:1053 {\n${line}\n}`)).toEqual([{ data }]);
});

test('may be said once', async () => {
  expect(await new ControlBench().errorOf(nsidControl, '.:1053 {\nnsid\nnsid\n}')).toBe(
    'this plugin can only be used once per Server Block',
  );
});

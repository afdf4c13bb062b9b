// Zone transfers out: who may, what they get, in how many messages.
import { beforeEach, describe, expect, test } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import type { ResourceRecord } from '../../../../src/dns/record.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import type { Handler, Outcome } from '../../../../src/plugin/handler.ts';
import type { ZoneSource } from '../../../../src/plugin/zone-source.ts';
import type { TransferOptions } from '../../../../src/plugins/transfer/rules.ts';
import { transferServing } from '../../../../src/plugins/transfer/transfer.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { record } from '../../../support/record-lines.ts';

const SOA = record('zone.test. 60 IN SOA a. b. 7 2 3 4 5');
const ADDRESS = record('w.zone.test. 60 IN A 10.0.0.1');
const OPEN: TransferOptions = { rules: [{ zones: ['zone.test.'], clients: ['*'] }] };

const next: Handler = { name: 'next', serve: () => Rcode.NOTIMP };

/** A handler that gives what `transfer` says. */
function source(transfer: ZoneSource['transfer']): Handler {
  const handler: Handler & ZoneSource = { name: 'source', serve: () => 0, transfer };
  return handler;
}

let bench: PluginBench;

beforeEach(() => {
  bench = new PluginBench(new FakeClock());
  bench.handlers = [next, source(() => [SOA, ADDRESS, SOA])];
});

async function ask(
  options: TransferOptions,
  type = 'AXFR',
  query: { readonly name?: string; readonly transport?: 'udp' | 'tcp' } = {},
  authority: readonly ResourceRecord[] = [],
): Promise<{ exchange: Exchange; outcome: Outcome }> {
  const exchange = exchangeFor({ name: 'zone.test.', type, transport: 'tcp', ...query });
  Object.assign(exchange, { authority });
  const handler = transferServing.create(options, next, bench.context());
  return { exchange, outcome: await handler.serve(exchange) };
}

describe('whose business it is', () => {
  test('other types pass, and take the short path', async () => {
    const { exchange, outcome } = await ask(OPEN, 'A');
    expect(outcome).toBe(Rcode.NOTIMP);
    expect(exchange.reply.isWritten).toBe(false);
    expect(transferServing.create(OPEN, next, bench.context())).toMatchObject({
      directRole: { kind: 'pass' },
    });
  });

  test('over UDP it is refused', async () => {
    expect((await ask(OPEN, 'AXFR', { transport: 'udp' })).outcome).toBe(Rcode.REFUSED);
  });

  test('zones of no stanza, and zones that nobody owns, pass', async () => {
    expect((await ask(OPEN, 'AXFR', { name: 'other.test.' })).outcome).toBe(Rcode.NOTIMP);
    bench.handlers = [source(() => undefined), source(async () => undefined)];
    expect((await ask(OPEN)).outcome).toBe(Rcode.NOTIMP);
  });

  test('the first owner in the chain gives it', async () => {
    bench.handlers = [
      source(async () => undefined),
      source(() => undefined),
      source(async () => [SOA, SOA]),
      source(() => [SOA, ADDRESS, SOA]),
    ];
    expect((await ask(OPEN)).exchange.reply.answer).toEqual([SOA, SOA]);
  });
});

describe('who may', () => {
  test.each([
    [['127.0.0.1'], true],
    [['10.0.0.1', '*'], true],
    [['10.0.0.1'], false],
  ])('clients %j: %s', async (clients, isAllowed) => {
    const { exchange, outcome } = await ask({ rules: [{ zones: ['zone.test.'], clients }] });
    expect(outcome).toBe(Rcode.NOERROR);
    expect(exchange.reply.rcode).toBe(isAllowed ? Rcode.NOERROR : Rcode.REFUSED);
    expect(exchange.reply.isWritten).toBe(true);
  });

  test('the stanza with the longest zone counts', async () => {
    const options: TransferOptions = {
      rules: [
        { zones: ['test.'], clients: ['*'] },
        { zones: ['zone.test.'], clients: ['10.0.0.1'] },
        { zones: ['zone.test.'], clients: ['*'] },
      ],
    };
    expect((await ask(options)).exchange.reply.rcode).toBe(Rcode.REFUSED);
  });
});

describe('what they get', () => {
  test('the whole zone', async () => {
    const { exchange } = await ask(OPEN);
    const { reply } = exchange;
    expect(reply.answer).toEqual([SOA, ADDRESS, SOA]);
    expect(reply.isAuthoritative).toBe(true);
    expect(reply.following).toEqual([]);
    expect(bench.log.lines).toEqual([
      '[INFO] plugin/transfer: Outgoing transfer of 3 records of zone "zone.test." to 127.0.0.1 for 7 SOA serial',
    ]);
  });

  test('as many messages as it takes', async () => {
    const big = { ...ADDRESS, type: 16, rdata: new Uint8Array(30_000) };
    bench.handlers = [source(() => [SOA, big, big, big, SOA])];
    const { reply } = (await ask(OPEN)).exchange;
    expect(reply.answer).toEqual([SOA, big, big]);
    expect(reply.following).toEqual([[big, SOA]]);
  });

  test('one record that fills a message by itself stands alone', async () => {
    const big = { ...ADDRESS, type: 16, rdata: new Uint8Array(64_000) };
    bench.handlers = [source(() => [SOA, big, SOA])];
    const { reply } = (await ask(OPEN)).exchange;
    expect([reply.answer, ...reply.following].map((each) => each.length)).toEqual([1, 1, 1]);
  });

  test('IXFR hands the serial of the client on; the SOA alone says that it is up to date', async () => {
    const serials: number[] = [];
    bench.handlers = [
      source((_zone, serial) => {
        serials.push(serial);
        return [SOA];
      }),
    ];
    const { exchange } = await ask(OPEN, 'IXFR', {}, [SOA]);
    expect(serials).toEqual([7]);
    expect(exchange.reply.answer).toEqual([SOA]);
    expect(exchange.reply.isAuthoritative).toBe(false);
    expect(bench.log.lines).toEqual([
      '[INFO] plugin/transfer: Outgoing noop, incremental transfer for up to date zone "zone.test." to 127.0.0.1 for 7 SOA serial',
    ]);
  });

  test.each([[[]], [[ADDRESS]], [[SOA, SOA]]])('IXFR without one SOA fails', async (authority) => {
    expect((await ask(OPEN, 'IXFR', {}, authority)).outcome).toBe(Rcode.SERVFAIL);
  });

  test('records that begin with no SOA go out all the same', async () => {
    bench.handlers = [source(() => [ADDRESS, ADDRESS])];
    await ask(OPEN);
    expect(bench.log.lines[0]).toContain('for 0 SOA serial');
  });
});

test.each([
  ['throws', source(() => Promise.reject(new Error('no SOA')))],
  [
    'rejects',
    source(() => {
      throw new Error('no SOA');
    }),
  ],
  ['rejects with a text', source(() => Promise.reject('no SOA'))],
])('an owner that %s makes it fail', async (_how, handler) => {
  bench.handlers = [handler, source(() => [SOA, SOA])];
  const { exchange, outcome } = await ask(OPEN);
  expect(outcome).toBe(Rcode.SERVFAIL);
  expect(exchange.error?.message).toBe('no SOA');
});

// The file handler: what it does besides looking up (the answers themselves are in golden.test.ts).
import { beforeEach, describe, expect, test } from 'vitest';
import { Opcode } from '../../../../src/dns/codes/opcode.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import type { ResourceRecord } from '../../../../src/dns/record.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { EndOfChain } from '../../../../src/plugin/next.ts';
import { isZoneSource } from '../../../../src/plugin/zone-source.ts';
import { fileServing } from '../../../../src/plugins/file/file.ts';
import type { FileOptions } from '../../../../src/plugins/file/options.ts';
import { packRecords } from '../../../../src/zone/packed-records.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { name, record } from '../../../support/record-lines.ts';

const RECORDS = [
  'zone.test. 60 IN SOA a. b. 1 2 3 4 5',
  'w.zone.test. 60 IN A 10.0.0.1',
  '*.x.zone.test. 60 IN A 10.0.0.2',
  'loop.zone.test. 60 IN CNAME y.loop.zone.test.',
  'out.zone.test. 60 IN CNAME bad.test.',
].map(record);

const next: Handler = { name: 'next', serve: ({ reply }) => reply.write(Rcode.NOTIMP) };

let bench: PluginBench;

beforeEach(() => {
  bench = new PluginBench(new FakeClock());
});

function handlerWith(options: Partial<FileOptions> = {}, after: Handler = next): Handler {
  const zones = [{ origin: 'zone.test.', channel: 'c' }];
  const handler = fileServing.create(
    { zones, fallthrough: undefined, ...options },
    after,
    bench.context(),
  );
  bench.first = handler;
  return handler;
}

function publish(records: readonly ResourceRecord[], channel = 'c'): void {
  bench.block([]).instance.publish(channel, packRecords(records));
}

test('fails until its zone is there, and follows later versions', async () => {
  const handler = handlerWith();
  const ask = async (): Promise<number> => {
    const exchange = exchangeFor({ name: 'w.zone.test.' });
    const outcome = await handler.serve(exchange);
    return exchange.reply.isWritten ? exchange.reply.rcode : outcome;
  };
  expect(await ask()).toBe(Rcode.SERVFAIL);
  publish(RECORDS);
  expect(await ask()).toBe(Rcode.NOERROR);
  publish(RECORDS.slice(0, 1));
  expect(await ask()).toBe(Rcode.NXDOMAIN);
});

test('an origin that stands twice belongs to its last file', async () => {
  publish(RECORDS.slice(0, 1), 'c1');
  publish(RECORDS, 'c2');
  const zones = ['c1', 'c2'].map((channel) => ({ origin: 'zone.test.', channel }));
  const exchange = exchangeFor({ name: 'w.zone.test.' });
  await handlerWith({ zones }).serve(exchange);
  expect(exchange.reply.answer).toHaveLength(1);
});

describe('with its zone', () => {
  beforeEach(() => publish(RECORDS));

  test.each([
    ['other.test.', next, true, Rcode.NOTIMP],
    ['other.test.', new EndOfChain('file'), false, Rcode.REFUSED],
  ])('a name outside its zones: %s', async (name, after, isWritten, rcode) => {
    const exchange = exchangeFor({ name });
    expect(await handlerWith({}, after).serve(exchange)).toBe(rcode);
    expect(exchange.reply.isWritten).toBe(isWritten);
  });

  test.each(['AXFR', 'IXFR'])('%s is refused', async (type) => {
    const exchange = exchangeFor({ name: 'zone.test.', type, transport: 'tcp' });
    expect(await handlerWith().serve(exchange)).toBe(Rcode.REFUSED);
    expect(exchange.reply.isWritten).toBe(false);
  });

  test('NOTIFY is dropped with a line', async () => {
    const exchange = exchangeFor({ name: 'zone.test.', type: 'SOA', opcode: Opcode.NOTIFY });
    expect(await handlerWith().serve(exchange)).toBe(Rcode.NOERROR);
    expect(exchange.reply.isWritten).toBe(false);
    expect(bench.log.lines).toEqual([
      '[INFO] plugin/file: Dropping notify from 127.0.0.1 for zone.test.',
    ]);
  });

  test('tells which wildcard it was', async () => {
    const exchange = exchangeFor({ name: 'a.x.zone.test.' });
    exchange.metadata = new Map();
    await handlerWith().serve(exchange);
    expect(exchange.metadata.get('zone/wildcard')?.()).toBe('*.x.zone.test.');
  });

  test.each([
    ['n.zone.test.', undefined, Rcode.NXDOMAIN],
    ['n.zone.test.', [], Rcode.NOTIMP],
    ['x.zone.test.', [], Rcode.NOTIMP],
    ['n.zone.test.', ['zone.test.'], Rcode.NOTIMP],
    ['n.zone.test.', ['other.test.'], Rcode.NXDOMAIN],
    ['w.zone.test.', [], Rcode.NOERROR],
  ])('%s with fallthrough %j', async (name, fallthrough, rcode) => {
    const exchange = exchangeFor({ name });
    await handlerWith({ fallthrough }).serve(exchange);
    expect(exchange.reply.rcode).toBe(rcode);
  });

  test('an alias whose target fails is answered with SERVFAIL and the alias', async () => {
    const failing: Handler = { name: 'next', serve: () => Rcode.SERVFAIL };
    const exchange = exchangeFor({ name: 'out.zone.test.' });
    expect(await handlerWith({}, failing).serve(exchange)).toBe(Rcode.NOERROR);
    expect(exchange.reply).toMatchObject({ isWritten: true, rcode: Rcode.SERVFAIL });
    expect(exchange.reply.answer).toHaveLength(1);
  });

  test('more than eight look-ups for one query fail', () => {
    const handler = handlerWith();
    expect(handler.serve(exchangeFor({ name: 'w.zone.test.' }, 8))).toBe(Rcode.NOERROR);
    expect(handler.serve(exchangeFor({ name: 'w.zone.test.' }, 9))).toBe(Rcode.SERVFAIL);
  });

  test('answers at once, without a promise', () => {
    expect(handlerWith().serve(exchangeFor({ name: 'w.zone.test.' }))).toBe(Rcode.NOERROR);
  });
});

test('gives its zones away whole', () => {
  const handler = handlerWith();
  publish(RECORDS);
  if (!isZoneSource(handler)) throw new Error('no source');
  expect(handler.transfer(name('zone.test.'), 0)).toHaveLength(RECORDS.length + 1);
  expect(handler.transfer(name('zone.test.'), 1)).toHaveLength(1);
  expect(handler.transfer(name('w.zone.test.'), 0)).toBeUndefined();
  expect(handler.transfer(name('other.test.'), 0)).toBeUndefined();
});

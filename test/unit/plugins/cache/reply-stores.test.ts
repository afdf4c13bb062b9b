// What the short path leaves in the stores, and what becomes of an entry that is thrown out.
import { expect, test } from 'vitest';
import { writePlain } from '../../../../src/dns/wire/plain-records.ts';
import { DirectExchange } from '../../../../src/plugin/direct.ts';
import type { Entry } from '../../../../src/plugins/cache/entry.ts';
import { defaultCacheBlock, storeCapacity } from '../../../../src/plugins/cache/options.ts';
import { ReplyStores } from '../../../../src/plugins/cache/reply-stores.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';
import { queryPacket } from '../../../support/dns-client.ts';
import { record } from '../../../support/record-lines.ts';

const FACTS = { store: 'success', ttlSeconds: 300, isAnswering: true } as const;
const CAPACITY = storeCapacity(1);

function directFor(name: string): DirectExchange {
  const direct = new DirectExchange();
  const packet = queryPacket(name, 'A');
  direct.read(packet, 0, packet.length);
  return direct;
}

/** Stores an address under a key, as the short path does. */
function keep(stores: ReplyStores, key: number, address = '192.0.2.1'): Entry {
  const octets = new Uint8Array(64);
  const end = writePlain([record(`a.test. 300 IN A ${address}`)], octets, 4);
  const counts = { answers: 1, authorities: 0, additionals: 0 };
  const entry = stores.blank();
  entry.refill(directFor('a.test.'), { octets, start: 4, end, ...counts }, FACTS);
  stores.add(key, entry);
  return entry;
}

function storesOfOne(): ReplyStores {
  const block = defaultCacheBlock();
  return new ReplyStores({ ...block, success: { ...block.success, capacity: 1 } });
}

test('an entry that was thrown out is filled again', () => {
  const stores = storesOfOne();
  const first = keep(stores, 0);
  const { octets } = first;
  for (let key = 1; key <= CAPACITY; key++) keep(stores, key);
  const again = keep(stores, CAPACITY + 1, '192.0.2.9');
  expect(again).toBe(first);
  expect(again.octets).toBe(octets);
  const exchange = exchangeFor({ name: 'a.test.' });
  stores.find(CAPACITY + 1, exchange, 0)?.write(exchange, 300);
  expect(exchange.reply.answer).toEqual([record('a.test. 300 IN A 192.0.2.9')]);
});

test('not when the general path has seen it: somebody may hold its records', () => {
  const stores = storesOfOne();
  keep(stores, 0);
  const exchange = exchangeFor({ name: 'a.test.' });
  stores.find(0, exchange, 0)?.write(exchange, 300);
  for (let key = 1; key <= CAPACITY + 1; key++) keep(stores, key, '192.0.2.9');
  expect(exchange.reply.answer).toEqual([record('a.test. 300 IN A 192.0.2.1')]);
});

test('memory is not used again for what is much smaller', () => {
  const stores = storesOfOne();
  const entry = stores.blank();
  entry.octets = new Uint8Array(1000);
  const octets = new Uint8Array(64);
  const end = writePlain([record('a.test. 300 IN A 192.0.2.1')], octets, 0);
  const counts = { answers: 1, authorities: 0, additionals: 0 };
  entry.refill(directFor('a.test.'), { octets, start: 0, end, ...counts }, FACTS);
  expect(entry.octets.length).toBeLessThan(100);
});

test.each([
  ['nothing', 'b.test.', 1, 0, 'missing'],
  ['a reply to another question under the key', 'b.test.', 0, 0, 'missing'],
  ['one that has expired', 'a.test.', 0, 300_000, 'missing'],
])('%s is missing', (_what, name, key, nowMs, expected) => {
  const stores = storesOfOne();
  keep(stores, 0);
  expect(stores.recall(key, directFor(name), nowMs)).toBe(expected);
});

test('an expired one that may be served is for the general path', () => {
  const block = defaultCacheBlock();
  const stores = new ReplyStores({ ...block, stale: { ...block.stale, upToSeconds: 60 } });
  keep(stores, 0);
  expect(stores.recall(0, directFor('a.test.'), 310_000)).toBe('unsuitable');
  expect(stores.recall(0, directFor('a.test.'), 400_000)).toBe('missing');
});

test('bug: a capacity that no store can have was found by the first query, not by the start', () => {
  const block = defaultCacheBlock();
  expect(() => new ReplyStores({ ...block, denial: { ...block.denial, capacity: 1e10 } })).toThrow(
    RangeError,
  );
});

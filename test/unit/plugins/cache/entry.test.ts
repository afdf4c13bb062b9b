// Keys and entries: what two questions have in common, and what an entry keeps of a reply.
import { describe, expect, test } from 'vitest';
import { Entry } from '../../../../src/plugins/cache/entry.ts';
import { questionKey } from '../../../../src/plugins/cache/key.ts';
import { play } from '../../../support/cache-bench.ts';
import { type AskedQuery, exchangeFor } from '../../../support/chain-doubles.ts';
import { record } from '../../../support/record-lines.ts';

const FACTS = { store: 'success', ttlSeconds: 100, isAnswering: true } as const;
const QUESTION: AskedQuery = { name: 'a.test.' };
const OTHERS: readonly AskedQuery[] = [
  { name: 'b.test.' },
  { ...QUESTION, type: 'AAAA' },
  { ...QUESTION, class: 'CH' },
  { ...QUESTION, cd: true },
  { ...QUESTION, edns: { bufsize: 1232, do: true } },
];

function entryOf(query: AskedQuery, answer: readonly string[] = []): Entry {
  const exchange = exchangeFor(query);
  play(exchange, { answer });
  return Entry.of(exchange, FACTS, 0);
}

describe('a key', () => {
  test('goes without spelling, and by a secret', () => {
    const key = questionKey(exchangeFor(QUESTION), 7);
    expect(questionKey(exchangeFor({ name: 'A.TEST.' }), 7)).toBe(key);
    expect(questionKey(exchangeFor(QUESTION), 8)).not.toBe(key);
    expect(key).toBeLessThan(2 ** 30);
    expect(key).toBeGreaterThanOrEqual(0);
  });

  test.each(OTHERS)('is another one for %j', (query) => {
    expect(questionKey(exchangeFor(query), 7)).not.toBe(questionKey(exchangeFor(QUESTION), 7));
  });
});

describe('an entry', () => {
  test.each(OTHERS)('does not answer %j with the same key', (query) => {
    expect(entryOf(QUESTION).isFor(exchangeFor(query))).toBe(false);
    expect(entryOf(QUESTION).isFor(exchangeFor({ name: 'A.test.' }))).toBe(true);
  });

  test('holds on to no packet', () => {
    const packet = new Uint8Array(65_535);
    const exchange = exchangeFor(QUESTION);
    const lines = [
      'a.test. 100 IN A 192.0.2.1',
      'a.test. 100 IN A 192.0.2.2',
      'A.test. 100 IN A 192.0.2.3',
    ];
    exchange.reply.answer = lines.map(record).map((each, i) => {
      packet.set(each.name, i * 32);
      return { ...each, name: packet.subarray(i * 32, i * 32 + each.name.length) };
    });
    exchange.reply.write(0);
    const entry = Entry.of(exchange, FACTS, 0);
    const copy = exchangeFor(QUESTION);
    entry.write(copy, 100);
    const { answer } = copy.reply;
    expect(answer.map(({ name }) => name)).toEqual(exchange.reply.answer.map(({ name }) => name));
    expect(answer[0]?.name.buffer.byteLength).toBeLessThan(200);
  });

  test('shares its records among the hits of a second', () => {
    const entry = entryOf(QUESTION, ['a.test. 100 IN A 192.0.2.1']);
    const [first, second, third] = [90, 90, 89].map((ttl) => {
      const exchange = exchangeFor(QUESTION);
      entry.write(exchange, ttl);
      return exchange.reply.answer[0];
    });
    expect(first?.ttl).toBe(90);
    expect(second).toBe(first);
    expect(third?.ttl).toBe(89);
  });
});

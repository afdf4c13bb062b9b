// Chains that throw, and chains that ask their own listener.

import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../src/dns/codes/rcode.ts';
import { RRClass } from '../../../src/dns/codes/rr-class.ts';
import { RRType } from '../../../src/dns/codes/rr-type.ts';
import { parseName } from '../../../src/dns/name.ts';
import { type Exchange, MAX_LOOKUP_DEPTH } from '../../../src/plugin/exchange.ts';
import { queryPacket } from '../../support/dns-client.ts';
import { aRecord, edns, ID, noError, QueryBench } from '../../support/query-bench.ts';
import type { Serve } from '../../support/serving-bench.ts';

describe('exceptions', () => {
  const throwing: readonly (readonly [string, Serve])[] = [
    [
      'at once',
      () => {
        throw new Error('boom');
      },
    ],
    ['late', () => Promise.reject(new Error('boom'))],
    [
      'after a reply was written',
      (exchange) => {
        exchange.reply.write(0);
        throw new Error('boom');
      },
    ],
  ];

  test.each(throwing)(
    'one that comes %s is the SERVFAIL of its query, a line and a count',
    async (_when, serve) => {
      const bench = new QueryBench(serve);
      expect((await bench.ask(queryPacket('a.', 'A')))?.rcode).toBe(Rcode.SERVFAIL);
      expect(bench.thread.panics).toBe(1);
      expect(bench.thread.log.lines).toEqual([
        `[ERROR] Recovered from panic in server: "${ID}" boom`,
      ]);
    },
  );

  test.each(throwing)(
    'one that comes %s leaves the server when debug is on',
    async (_when, serve) => {
      const bench = new QueryBench(serve, [{ isDebug: true }]);
      await expect((async () => bench.raw(queryPacket('a.', 'A')))()).rejects.toThrow('boom');
      expect(bench.thread.panics).toBe(0);
    },
  );

  test('the stack follows where errors has stacktrace', async () => {
    const bench = new QueryBench(throwing[0]?.[1] ?? noError, [{ hasStacktrace: true }]);
    await bench.raw(queryPacket('a.', 'A'));
    expect(bench.thread.log.lines[0]).toContain('boom\nError: boom\n    at ');
  });

  test('a value that is no error is contained too', async () => {
    const bench = new QueryBench(() => Promise.reject('odd'), [{ hasStacktrace: true }]);
    expect((await bench.ask(queryPacket('a.', 'A')))?.rcode).toBe(Rcode.SERVFAIL);
    expect(bench.thread.log.lines[0]).toMatch(/ odd$/);
  });

  test('bug: records that cannot be encoded ended the thread', async () => {
    const bench = new QueryBench((exchange) => {
      exchange.reply.answer = [...aRecord(exchange), undefined as never];
      return exchange.reply.write(0);
    });
    const reply = await bench.ask(queryPacket('a.', 'A'));
    expect(reply).toMatchObject({ rcode: Rcode.SERVFAIL, answer: [] });
    expect(bench.thread.panics).toBe(1);
  });
});

describe('self-lookups', () => {
  const target = parseName('Target.test.') ?? new Uint8Array(0);

  test('re-enter the listener with the client, the EDNS and class IN', async () => {
    const seen: Exchange[] = [];
    const bench = new QueryBench(
      (exchange, _next, context) => {
        seen.push(exchange);
        if (exchange.depth > 0) {
          exchange.reply.answer = aRecord(exchange);
          return exchange.reply.write(Rcode.NOERROR);
        }
        const reply = context.lookup(exchange, target, RRType.AAAA);
        if (reply === undefined || reply instanceof Promise) return Rcode.SERVFAIL;
        exchange.reply.answer = reply.answer;
        return exchange.reply.write(reply.rcode);
      },
      [{ zones: ['.', 'target.test.'], acceptsOtherClasses: true }],
    );
    const reply = await bench.ask(queryPacket('a.', 'A', { class: RRClass.CH, edns: edns() }));
    expect(reply?.answer).toHaveLength(1);
    const [outer, inner] = seen;
    // bug: the inner query had the class of the outer one
    expect(inner).toMatchObject({
      type: RRType.AAAA,
      class: RRClass.IN,
      depth: 1,
      zone: 'target.test.',
      server: ID,
    });
    expect(inner?.client).toBe(outer?.client);
    expect(inner?.edns).toBe(outer?.edns);
    expect(inner?.length).toBe(
      (outer?.length ?? 0) + target.length - (outer?.askedName.length ?? 0),
    );
    expect(Buffer.from(inner?.askedName ?? []).toString('latin1')).toContain('Target');
    expect(Buffer.from(inner?.name ?? []).toString('latin1')).toContain('target');
  });

  test('have an end when they call for themselves', async () => {
    let deepest = 0;
    const bench = new QueryBench(async (exchange, _next, context) => {
      deepest = Math.max(deepest, exchange.depth);
      const reply = await context.lookup(exchange, exchange.name, exchange.type);
      return reply === undefined ? Rcode.SERVFAIL : exchange.reply.write(reply.rcode);
    });
    expect((await bench.ask(queryPacket('a.', 'A')))?.rcode).toBe(Rcode.SERVFAIL);
    expect(deepest).toBe(MAX_LOOKUP_DEPTH);
  });

  test('give nothing when the chain stays silent, and the refusal where no zone holds the name', async () => {
    const rcodes: (number | undefined)[] = [];
    const bench = new QueryBench(
      async (exchange, _next, context) => {
        if (exchange.depth > 0) return Rcode.NOERROR;
        for (const name of [exchange.name, target]) {
          rcodes.push((await context.lookup(exchange, name, RRType.A))?.rcode);
        }
        return exchange.reply.write(0);
      },
      [{ zones: ['a.'] }],
    );
    await bench.ask(queryPacket('a.', 'A'));
    expect(rcodes).toEqual([undefined, Rcode.REFUSED]);
    expect(bench.thread.counts('coredns_dns_responses_total')).toEqual({
      [`${ID},dropped,,REFUSED,`]: 1,
    });
  });

  test('an exception in the inner query is contained there', async () => {
    const bench = new QueryBench(async (exchange, _next, context) => {
      if (exchange.depth > 0) throw new Error('inner');
      const reply = await context.lookup(exchange, target, RRType.A);
      return exchange.reply.write(reply?.rcode === Rcode.SERVFAIL ? Rcode.NXDOMAIN : Rcode.NOERROR);
    });
    expect((await bench.ask(queryPacket('a.', 'A')))?.rcode).toBe(Rcode.NXDOMAIN);
  });
});

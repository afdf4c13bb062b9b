// One packet in, one packet out: what the server decides by itself, and what it makes of replies.

import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../src/dns/codes/rcode.ts';
import { RRClass } from '../../../src/dns/codes/rr-class.ts';
import { decodeMessage } from '../../../src/dns/message.ts';
import { queryPacket } from '../../support/dns-client.ts';
import { aRecord, edns, ID, noError, option, QueryBench } from '../../support/query-bench.ts';
import { clientOf } from '../../support/serving-bench.ts';

/** A query with its header changed at some octets. */
function altered(changes: Readonly<Record<number, number>>): Uint8Array {
  const packet = queryPacket('a.test.', 'A');
  for (const [at, value] of Object.entries(changes)) packet[Number(at)] = value;
  return packet;
}

describe('before any plugin', () => {
  test.each([
    ['eleven octets', new Uint8Array(11)],
    ['nothing', new Uint8Array(0)],
    ['a response', altered({ 2: 0x81 })],
  ])('is silent to %s', async (_what, packet) => {
    expect(await new QueryBench(noError).raw(packet)).toBeUndefined();
  });

  test.each([
    ['an opcode that nobody serves', altered({ 2: 0x29 }), Rcode.NOTIMP, 12],
    ['two questions', altered({ 5: 2 }), Rcode.FORMERR, 12],
    ['no question', altered({ 5: 0 }), Rcode.FORMERR, 12],
    ['a label that is too long', altered({ 12: 64 }), Rcode.FORMERR, 12],
    ['a header alone', altered({}).subarray(0, 12), Rcode.SERVFAIL, 12],
  ])('refuses %s', async (_what, packet, rcode, length) => {
    const reply = await new QueryBench(noError).raw(packet);
    expect((reply?.[3] ?? 0) & 15).toBe(rcode);
    expect(reply?.length).toBe(length);
    expect(reply?.subarray(0, 2)).toEqual(packet.subarray(0, 2));
  });

  test('counts the lone header as dropped, the malformed ones not', async () => {
    const bench = new QueryBench(noError);
    await bench.raw(altered({ 5: 2 }));
    expect(bench.thread.counts('coredns_dns_responses_total')).toEqual({});
    await bench.raw(altered({}).subarray(0, 12));
    expect(bench.thread.counts('coredns_dns_responses_total')).toEqual({
      [`${ID},dropped,,SERVFAIL,`]: 1,
    });
  });

  test('looks at 512 octets of a datagram and at the whole of a TCP message', async () => {
    const bench = new QueryBench(noError);
    const long = queryPacket('a.test.', 'A', {
      edns: edns({ options: [{ code: 12, data: new Uint8Array(600) }] }),
    });
    expect((await bench.ask(long))?.rcode).toBe(Rcode.FORMERR);
    expect((await bench.ask(long, clientOf('tcp')))?.rcode).toBe(Rcode.NOERROR);
    const padded = Buffer.concat([queryPacket('a.test.', 'A'), new Uint8Array(600)]);
    expect((await bench.ask(padded))?.rcode).toBe(Rcode.NOERROR);
  });

  test('survives thousands of random packets', async () => {
    const bench = new QueryBench(noError);
    let seed = 42;
    const octet = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fff_ffff;
      return (seed >> 16) & 255;
    };
    for (let round = 0; round < 5000; round += 1) {
      const packet = Uint8Array.from({ length: 2 + octet() }, octet);
      if (round % 2 === 0) packet.set([0, 0, 0, 1, 0, 0, 0, 0].slice(0, packet.length - 2), 2);
      await bench.raw(packet, clientOf(round % 3 === 0 ? 'tcp' : 'udp'));
    }
    expect(bench.thread.panics).toBe(0);
  });
});

describe('classes', () => {
  test('refuses a class other than IN and counts it as dropped, with its DO bit', async () => {
    const bench = new QueryBench(noError);
    const packet = queryPacket('a.test.', 'A', {
      class: RRClass.CH,
      edns: edns({ isDnssecOk: true }),
    });
    const reply = await bench.ask(packet);
    expect(reply).toMatchObject({ rcode: Rcode.REFUSED, authoritative: false });
    expect(reply?.questions[0]?.class).toBe(RRClass.CH);
    expect(bench.thread.counts('coredns_dns_responses_total')).toEqual({
      [`${ID},dropped,,REFUSED,`]: 1,
    });
    // bug: the DO bit of refused queries was not counted
    expect(bench.thread.counts('coredns_dns_do_requests_total')).toEqual({ [`${ID},dropped,`]: 1 });
  });

  test('lets any class through once a block of the listener takes it', async () => {
    const bench = new QueryBench(noError, [
      { zones: ['a.'] },
      { zones: ['b.'], acceptsOtherClasses: true },
    ]);
    const reply = await bench.ask(queryPacket('x.a.', 'A', { class: RRClass.CH }));
    expect(reply?.rcode).toBe(Rcode.NOERROR);
  });
});

describe('EDNS', () => {
  test('answers BADVERS to a version that does not exist, before any plugin and without options', async () => {
    let calls = 0;
    const bench = new QueryBench((exchange) => {
      calls += 1;
      return noError(exchange, undefined as never, undefined as never, undefined);
    });
    const asked = edns({ version: 1, isDnssecOk: true, options: [option(10)] });
    const reply = await bench.ask(queryPacket('nowhere.', 'A', { edns: asked }));
    expect(reply).toMatchObject({ rcode: Rcode.BADVERS, authoritative: false });
    expect(reply?.edns).toMatchObject({ udpSize: 0, version: 0, isDnssecOk: false, options: [] });
    expect(calls).toBe(0);
    expect(bench.thread.counts('coredns_dns_responses_total')).toEqual({});
  });

  test('sends no OPT to a client that sent none', async () => {
    expect((await new QueryBench(noError).ask(queryPacket('a.', 'A')))?.edns).toBeUndefined();
  });

  test.each([100, 512, 65_535])('echoes the size %i and the DO bit', async (udpSize) => {
    const asked = edns({ udpSize, isDnssecOk: true });
    const reply = await new QueryBench(noError).ask(queryPacket('a.', 'A', { edns: asked }));
    expect(reply?.edns).toMatchObject({ udpSize, isDnssecOk: true, version: 0 });
  });

  test('echoes NSID, EXPIRE, COOKIE, keepalive and padding, and no other option', async () => {
    const asked = edns({ options: [3, 8, 9, 10, 11, 12, 15, 65_001].map(option) });
    const reply = await new QueryBench(noError).ask(queryPacket('a.', 'A', { edns: asked }));
    expect(reply?.edns?.options).toEqual([3, 9, 10, 11, 12].map(option));
  });

  test('echoes an option that a plugin enabled', async () => {
    const bench = new QueryBench((exchange) => {
      exchange.echoedOptions = [65_001];
      return exchange.reply.write(0);
    });
    const reply = await bench.ask(
      queryPacket('a.', 'A', { edns: edns({ options: [option(65_001)] }) }),
    );
    expect(reply?.edns?.options.map(({ code }) => code)).toEqual([65_001]);
  });

  test('keeps the options of a reply that has its own OPT, with the size of the client', async () => {
    const bench = new QueryBench((exchange) => {
      exchange.reply.edns = edns({ udpSize: 4096, options: [option(15)] });
      return exchange.reply.write(0);
    });
    const asked = edns({ isDnssecOk: true, options: [option(10)] });
    const reply = await bench.ask(queryPacket('a.', 'A', { edns: asked }));
    expect(reply?.edns).toMatchObject({ udpSize: 1232, isDnssecOk: true, options: [option(15)] });
    expect((await bench.ask(queryPacket('a.', 'A')))?.edns?.udpSize).toBe(4096);
  });
});

describe('routing', () => {
  test('refuses what no zone holds and what a block without handlers holds', async () => {
    const bench = new QueryBench(noError, [{ zones: ['a.'] }, { zones: ['b.'], handlers: [] }]);
    for (const name of ['x.b.', 'x.c.', '.']) {
      expect((await bench.ask(queryPacket(name, 'A')))?.rcode).toBe(Rcode.REFUSED);
    }
    expect(bench.thread.counts('coredns_dns_responses_total')).toEqual({
      [`${ID},dropped,,REFUSED,`]: 3,
    });
  });

  test('tells the handlers by which listener and zone a query came', async () => {
    const seen: string[] = [];
    const bench = new QueryBench(
      (exchange) => {
        seen.push(`${exchange.server} ${exchange.zone}`);
        return exchange.reply.write(0);
      },
      [{ zones: ['a.test.', '.'] }],
    );
    await bench.ask(queryPacket('X.A.test.', 'A'));
    await bench.ask(queryPacket('b.test.', 'A'));
    expect(seen).toEqual([`${ID} a.test.`, `${ID} .`]);
  });
});

describe('what chains leave behind', () => {
  test.each([
    ['SERVFAIL', Rcode.SERVFAIL],
    ['REFUSED', Rcode.REFUSED],
    ['FORMERR', Rcode.FORMERR],
    ['NOTIMP', Rcode.NOTIMP],
  ])(
    'writes %s for a chain that wrote nothing, with the question and nothing else',
    async (_word, rcode) => {
      const bench = new QueryBench((exchange) => {
        exchange.reply.answer = aRecord(exchange);
        exchange.reply.isAuthoritative = true;
        exchange.reply.isRecursionAvailable = true;
        return rcode;
      });
      const reply = await bench.ask(
        queryPacket('A.Test.', 'A', { edns: edns({ options: [option(10)] }) }),
      );
      expect(reply).toMatchObject({
        rcode,
        authoritative: false,
        recursionAvailable: false,
        answer: [],
      });
      expect(Buffer.from(reply?.questions[0]?.name ?? []).toString('latin1')).toContain('Test');
      expect(reply?.edns?.options).toEqual([option(10)]);
    },
  );

  test.each([Rcode.NOERROR, Rcode.NXDOMAIN, 6])(
    'is silent for an unwritten outcome %i',
    async (rcode) => {
      expect(await new QueryBench(() => rcode).raw(queryPacket('a.', 'A'))).toBeUndefined();
    },
  );

  test('sends what was written whatever code the chain returns', async () => {
    const bench = new QueryBench((exchange) => {
      exchange.reply.write(Rcode.NXDOMAIN);
      return Rcode.SERVFAIL;
    });
    expect((await bench.ask(queryPacket('a.', 'A')))?.rcode).toBe(Rcode.NXDOMAIN);
  });

  test('copies id, RD and CD, but not AD', async () => {
    const packet = altered({ 3: 0x30 });
    const reply = await new QueryBench(noError).ask(packet);
    expect(reply).toMatchObject({
      recursionDesired: true,
      checkingDisabled: true,
      authenticData: false,
    });
    expect(reply?.id).toBe(((packet[0] ?? 0) << 8) | (packet[1] ?? 0));
  });

  test('waits for a late answer', async () => {
    const bench = new QueryBench(async (exchange) => {
      await Promise.resolve();
      return exchange.reply.write(Rcode.NOERROR);
    });
    expect((await bench.ask(queryPacket('a.', 'A')))?.rcode).toBe(Rcode.NOERROR);
  });

  test('two late answers do not mix', async () => {
    const release: (() => void)[] = [];
    const bench = new QueryBench(async (exchange) => {
      await new Promise<void>((resolve) => release.push(resolve));
      exchange.reply.answer = aRecord(exchange);
      return exchange.reply.write(0);
    });
    const asked = [bench.ask(queryPacket('first.', 'A')), bench.ask(queryPacket('second.', 'A'))];
    for (const go of release.toReversed()) go();
    const replies = await Promise.all(asked);
    const names = replies.map((reply) =>
      Buffer.from(reply?.answer[0]?.name ?? [])
        .toString('latin1')
        .slice(1, -1),
    );
    expect(names).toEqual(['first', 'second']);
  });
});

describe('sizes', () => {
  test.each([
    ['udp without EDNS', 'udp', '127.0.0.1', undefined, 512],
    ['udp with EDNS', 'udp', '127.0.0.1', 1232, 1232],
  ] as const)(
    'cuts at the size of the client: %s',
    async (_what, protocol, address, udpSize, limit) => {
      const bench = new QueryBench((exchange) => {
        exchange.reply.answer = aRecord(exchange, 200);
        return exchange.reply.write(0);
      });
      const ask = udpSize === undefined ? {} : { edns: edns({ udpSize }) };
      const bytes = await bench.raw(queryPacket('a.test.', 'A', ask), clientOf(protocol, address));
      expect(bytes?.length).toBeLessThanOrEqual(limit);
      const reply = decodeMessage(bytes ?? new Uint8Array(0));
      expect(reply?.truncated).toBe(true);
      expect(reply?.answer.length).toBeGreaterThan(20);
    },
  );

  // 52 records of 27 octets are 1419 octets uncompressed, 56 are 1527.
  test.each([
    ['udp over IPv4, 1419 octets', 'udp', '127.0.0.1', 52, false],
    ['udp over IPv4, 1527 octets', 'udp', '127.0.0.1', 56, true],
    ['udp over IPv6, 1419 octets', 'udp', '::1', 52, true],
    ['tcp, 1527 octets', 'tcp', '::1', 56, false],
  ] as const)('%s: compressed %s', async (_what, protocol, address, count, isCompressed) => {
    const bench = new QueryBench((exchange) => {
      exchange.reply.answer = aRecord(exchange, count);
      return exchange.reply.write(0);
    });
    const packet = queryPacket('abcdef.test.', 'A', { edns: edns({ udpSize: 4096 }) });
    const bytes = await bench.raw(packet, clientOf(protocol, address));
    const plain = 12 + 13 + 4 + count * (13 + 10 + 4) + 11;
    expect(bytes?.length === plain).toBe(!isCompressed);
    expect(decodeMessage(bytes ?? new Uint8Array(0))?.answer).toHaveLength(count);
  });
});

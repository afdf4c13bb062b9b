// A hit on the short path is the hit of the general path, to the octet, or is left to it.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import type { Exchange } from '../../src/plugin/exchange.ts';
import type { Handler } from '../../src/plugin/handler.ts';
import type { ServingPlugin } from '../../src/plugin/serving.ts';
import { CacheHandler } from '../../src/plugins/cache/cache.ts';
import { type CacheBlock, defaultCacheBlock } from '../../src/plugins/cache/options.ts';
import { queryPacket } from '../support/dns-client.ts';
import { ID, QueryBench } from '../support/query-bench.ts';
import { record } from '../support/record-lines.ts';
import { clientOf } from '../support/serving-bench.ts';

const RECORDS = [
  'a.test. 300 IN A 192.0.2.1',
  'a.test. 300 IN A 192.0.2.2',
  'a.test. 300 IN AAAA 2001:db8::1',
  'a.test. 60 IN CNAME b.test.',
  'b.test. 60 IN MX 10 mail.test.',
  'B.Test. 60 IN TXT "some text that takes room in a reply: 0123456789 0123456789 0123456789 0123456789"',
  'test. 900 IN SOA ns.test. host.test. 1 2 3 4 60',
  'test. 900 IN NS ns.test.',
].map(record);

const records = fc.array(fc.constantFrom(...RECORDS), { maxLength: 4 });
const reply = fc.record({
  rcode: fc.constantFrom(
    Rcode.NOERROR,
    Rcode.NOERROR,
    Rcode.NXDOMAIN,
    Rcode.SERVFAIL,
    Rcode.REFUSED,
  ),
  answer: records,
  authority: records,
  additional: records,
  isAuthenticData: fc.boolean(),
  isRecursionAvailable: fc.boolean(),
});
type ReplyFacts = typeof reply extends fc.Arbitrary<infer T> ? T : never;

const query = fc.record({
  name: fc.constantFrom('a.test.', 'A.tEst.', 'other.test.', 'off.example.', '.'),
  type: fc.constantFrom('A', 'A', 'AAAA', 'TXT'),
  hasEdns: fc.boolean(),
  udpSize: fc.constantFrom(0, 512, 1232, 4096),
  isDnssecOk: fc.boolean(),
  flags: fc.nat(255),
  isTcp: fc.boolean(),
});
type QueryFacts = typeof query extends fc.Arbitrary<infer T> ? T : never;

/** A cache before an upstream that says `current`. */
class RecallBench {
  current: ReplyFacts | undefined;
  readonly #bench: QueryBench;

  constructor(block: Partial<CacheBlock>) {
    const upstream: Handler = { name: 'upstream', serve: (exchange) => this.#reply(exchange) };
    const options = { ...defaultCacheBlock(), isTtlKept: true, zones: ['test.'], ...block };
    const plugin: ServingPlugin = {
      name: 'test',
      create: (_options, _next, context) => new CacheHandler(options, upstream, context),
    };
    this.#bench = new QueryBench(plugin);
  }

  #reply({ reply: out }: Exchange): number {
    const { current } = this;
    if (current === undefined) throw new Error('nothing to say');
    out.answer = [...current.answer];
    out.authority = [...current.authority];
    out.additional = [...current.additional];
    out.isAuthenticData = current.isAuthenticData;
    out.isRecursionAvailable = current.isRecursionAvailable;
    return out.write(current.rcode);
  }

  async general(packet: Uint8Array, isTcp: boolean): Promise<string> {
    const octets = await this.#bench.raw(packet, clientOf(isTcp ? 'tcp' : 'udp'));
    return Buffer.from(octets ?? []).toString('hex');
  }

  direct(packet: Uint8Array, isTcp: boolean): string | undefined {
    const out = new Uint8Array(70_000);
    const peer = { address: '127.0.0.1', port: 1053 };
    const where = { peer, localAddress: '127.0.0.1', isTcp, family: 1 } as const;
    const late = { localPort: 53, datagram: undefined };
    const place = { packet, length: packet.length, out, outOffset: 3, ...where, ...late };
    const length = this.#bench.instance.target(ID)?.answerDirect(place) ?? 0;
    return length === 0 ? undefined : Buffer.from(out.subarray(3, 3 + length)).toString('hex');
  }
}

function packetOf({ name, type, hasEdns, udpSize, isDnssecOk, flags }: QueryFacts): Uint8Array {
  const edns = { udpSize, version: 0, isDnssecOk, extendedRcode: 0, options: [] };
  const packet = queryPacket(name, type, hasEdns ? { edns } : {});
  packet[2] = flags & 1;
  packet[3] = flags & 0x70;
  return packet;
}

async function compare(block: Partial<CacheBlock>): Promise<number> {
  let hits = 0;
  await fc.assert(
    fc.asyncProperty(reply, query, async (facts, asked) => {
      const bench = new RecallBench(block);
      bench.current = facts;
      const packet = packetOf(asked);
      expect(bench.direct(packet, asked.isTcp)).toBeUndefined();
      await bench.general(packet, asked.isTcp);
      const direct = bench.direct(packet, asked.isTcp);
      if (direct === undefined) return;
      hits += 1;
      bench.current = undefined;
      expect(direct).toBe(await bench.general(packet, asked.isTcp));
    }),
    { numRuns: 800 },
  );
  return hits;
}

describe('a hit on the short path', () => {
  test('is that of the general path', async () => {
    expect(await compare({})).toBeGreaterThan(30);
  });

  test('is left to it with prefetch', async () => {
    expect(await compare({ prefetch: { amount: 1, spanMs: 60_000, percentage: 10 } })).toBe(0);
  });
});

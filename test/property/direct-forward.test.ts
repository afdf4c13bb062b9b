// A reply that the short path passes on is, to the octet, the one that the general path gives; so is the cached one after it. What
// an upstream sends may be anything.

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import { decodeMessage, encodeMessage, type Message } from '../../src/dns/message.ts';
import { plainLength, writePlain } from '../../src/dns/wire/plain-records.ts';
import { RecordCopier } from '../../src/dns/wire/record-copier.ts';
import { DirectExchange } from '../../src/plugin/direct.ts';
import { PassedReply } from '../../src/plugin/passed-reply.ts';
import { DirectForwardBench } from '../support/direct-forward-bench.ts';
import { edns, message } from '../support/dns-arbitraries.ts';
import { queryPacket } from '../support/dns-client.ts';
import { record } from '../support/record-lines.ts';
import { replyTo, StubUpstream } from '../support/stub-upstream.ts';

const HEADER_OCTETS = 12;
const QUESTION_TAIL = 4;
const FILLER = 0x5a;

const RECORDS = [
  'a.test. 300 IN A 192.0.2.1',
  'A.Test. 300 IN A 192.0.2.2',
  'a.test. 60 IN CNAME b.test.',
  'b.test. 60 IN CNAME c.test.',
  'b.test. 60 IN A 192.0.2.3',
  'c.test. 0 IN AAAA 2001:db8::1',
  'a.test. 60 IN MX 10 mail.test.',
  'a.test. 60 IN TXT "some text that takes room in a reply: 0123456789 0123456789 0123456789 0123456789"',
  'test. 900 IN SOA ns.test. host.test. 1 2 3 4 60',
  'test. 900 IN NS ns.test.',
].map(record);

const records = fc.array(fc.constantFrom(...RECORDS), { maxLength: 3 });
const some = (...indexes: readonly number[]): (typeof RECORDS)[number][] =>
  indexes.flatMap((index) => RECORDS[index] ?? []);
/** Sections as servers send them, and any others. */
const sections = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      rcode: fc.constant(0),
      answer: fc.constantFrom(some(0), some(1), some(2, 4), some(2, 3, 5), some(7)),
      authority: fc.constantFrom(some(), some(9)),
      additional: fc.constantFrom(some(), some(5)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      rcode: fc.constantFrom(0, 3),
      answer: fc.constant(some()),
      authority: fc.constantFrom(some(8), some(9, 8)),
      additional: fc.constantFrom(some(), some(6)),
    }),
  },
  fc.record({
    rcode: fc.constantFrom(0, 2, 3, 5),
    answer: records,
    authority: records,
    additional: records,
  }),
);
const reply = fc
  .tuple(
    sections,
    fc.record({
      authoritative: fc.boolean(),
      authenticData: fc.boolean(),
      recursionAvailable: fc.boolean(),
      zero: fc.boolean(),
      edns: fc.option(edns, { nil: undefined }),
    }),
  )
  .map(([records, others]) => ({ ...records, ...others }));
const query = fc.record({
  name: fc.constantFrom('a.test.', 'a.test.', 'A.tEst.', 'b.test.'),
  type: fc.constantFrom('A', 'A', 'A', 'AAAA', 'CNAME', 'TXT', 'MX'),
  edns: fc.option(fc.record({ udpSize: fc.constantFrom(0, 512, 1232), isDnssecOk: fc.boolean() }), {
    nil: undefined,
  }),
  flags: fc.nat(255),
});
type QueryFacts = typeof query extends fc.Arbitrary<infer T> ? T : never;

/** An octet that is changed on the way, as a share of the reply's length; mostly none. */
const damage = fc.option(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
  nil: undefined,
  freq: 2,
});

function packetOf({ name, type, edns: opt, flags }: QueryFacts): Uint8Array {
  const parts = opt && { edns: { version: 0, extendedRcode: 0, options: [], ...opt } };
  const packet = queryPacket(name, type, parts ?? {});
  packet[2] = flags & 1;
  packet[3] = flags & 0x70;
  return packet;
}

/** The reply's octets; undefined when nobody can read them any more, or they say something else with another ID. */
function octetsOf(
  asked: Message,
  facts: Partial<Message>,
  [share, value]: readonly [number, number],
  isCompressed: boolean,
): Uint8Array | undefined {
  const bytes = encodeMessage(replyTo(asked, facts), { compress: isCompressed });
  const questionEnd = HEADER_OCTETS + (asked.questions[0]?.name.length ?? 0) + QUESTION_TAIL;
  const at = Math.min(questionEnd + Math.floor(share * (bytes.length - questionEnd)), bytes.length);
  bytes[at] = value;
  const [one, another] = [0, 0x0101].map((id) => withId(bytes, id));
  return one === undefined || !isDeepStrictEqual(one, another) ? undefined : bytes;
}

/** What a reply says with this ID, where a damaged pointer may lead; without the ID. */
function withId(bytes: Uint8Array, id: number): Message | undefined {
  const copy = bytes.slice();
  copy[0] = id >> 8;
  copy[1] = id;
  const message = decodeMessage(copy);
  return message && { ...message, id: 0 };
}

test('a forwarded reply is that of the general path', async () => {
  const upstream = await new StubUpstream().start();
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(reply, query, damage, fc.boolean(), async (facts, asked, change, compress) => {
      const short = new DirectForwardBench([upstream.port], {}, { isShuffled: false });
      const general = new DirectForwardBench([upstream.port], {}, { isShuffled: false });
      upstream.answer = (seen) =>
        octetsOf(seen, facts, change ?? [1, 0], compress) ?? replyTo(seen);
      const packet = packetOf(asked);
      const first = await short.ask(packet);
      const expected = await general.general(packet);
      if (first.events.includes('commit')) passed += 1;
      expect(first.reply).toBe(expected);
      expect((await short.ask(packet)).reply).toBe(await general.general(packet));
      expect(short.counts()).toEqual(general.counts());
      expect(short.thread.log.lines).toEqual(general.thread.log.lines);
      short.close();
      general.close();
    }),
    { numRuns: 300 },
  );
  await upstream.stop();
  expect(passed).toBeGreaterThan(30);
});

test('copied records are those that the decoder reads, or are refused', () => {
  let copied = 0;
  const typeCode = (word: string): number => rrTypeCode(word) ?? 0;
  fc.assert(
    fc.property(message(typeCode), damage, fc.boolean(), (made, change, compress) => {
      const whole = { ...made, questions: [], edns: undefined, rcode: 0 };
      const bytes = encodeMessage(whole, { compress });
      const records = bytes.length - HEADER_OCTETS;
      if (change !== undefined && records > 0)
        bytes[HEADER_OCTETS + Math.floor(change[0] * (records - 1))] = change[1];
      const count = made.answer.length + made.authority.length + made.additional.length;
      const copy = copyOf(bytes, count);
      if (copy === undefined) return;
      const decoded = decodeMessage(bytes);
      expect(decoded).toBeDefined();
      // An OPT record is none of the decoder's records.
      if (decoded === undefined || decoded.edns !== undefined) return;
      const all = [...decoded.answer, ...decoded.authority, ...decoded.additional];
      const plain = new Uint8Array(plainLength(all));
      writePlain(all, plain, 0);
      expect(copy).toBe(Buffer.from(plain).toString('hex'));
      copied += 1;
    }),
    { numRuns: 2000 },
  );
  expect(copied).toBeGreaterThan(1000);
});

test('whatever a reply holds, nothing is written beyond the room that the client has', () => {
  const direct = new DirectExchange();
  const passed = new PassedReply();
  const damages = fc.array(damage, { minLength: 1, maxLength: 4 });
  let read = 0;
  fc.assert(
    fc.property(reply, query, damages, fc.boolean(), (facts, asked, changes, compress) => {
      const packet = packetOf(asked);
      const question = decodeMessage(packet);
      if (question === undefined || !direct.read(packet, 0, packet.length)) return;
      const bytes = encodeMessage(replyTo(question, facts), { compress });
      const records = bytes.length - direct.questionLength;
      for (const change of changes)
        if (change !== undefined && records > 0)
          bytes[direct.questionLength + Math.floor(change[0] * (records - 1))] = change[1];
      const memory = new Uint8Array(bytes.length + 50).fill(0xc0);
      memory.set(bytes, 20);
      const out = new Uint8Array(3000).fill(FILLER);
      direct.rotates = true;
      direct.begin(out, 5);
      const { limit } = direct;
      if (passed.read(direct, memory, 20, 20 + bytes.length)) read += 1;
      expect([...out.subarray(0, 5), ...out.subarray(limit)].every((o) => o === FILLER)).toBe(true);
    }),
    { numRuns: 1000 },
  );
  expect(read).toBeGreaterThan(30);
});

/** The records of a message that lies somewhere in memory, in hex; undefined when one of them is refused. */
function copyOf(bytes: Uint8Array, count: number): string | undefined {
  const start = 7;
  const memory = new Uint8Array(bytes.length + 20).fill(1);
  memory.set(bytes, start);
  const out = new Uint8Array(0x20000);
  const copier = new RecordCopier();
  copier.from(memory, start, start + bytes.length, start + HEADER_OCTETS);
  copier.into(out, 3, out.length);
  for (let left = count; left > 0; left--) if (!copier.copy()) return undefined;
  return Buffer.from(out.subarray(3, copier.to)).toString('hex');
}

// Random names, rdata, records and messages for the property tests of src/dns.
// Labels repeat often, so that compression has something to do.
import fc from 'fast-check';
import type { Edns } from '../../src/dns/edns.ts';
import type { Message, Question } from '../../src/dns/message.ts';
import { joinLabels, type Name, ROOT } from '../../src/dns/name.ts';
import { writeBitmap } from '../../src/dns/rdata/fields/type-bitmap.ts';
import type { ResourceRecord } from '../../src/dns/record.ts';

const octet = fc.integer({ min: 0, max: 255 });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });

/** Labels of any octets, but mostly of a few letters, so that names have suffixes in common. */
const label: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'A', 'zone', 'test').map(ascii) },
  { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 63 }) },
);

export const name: fc.Arbitrary<Name> = fc
  .array(label, { maxLength: 6 })
  .map((labels) => joinLabels(labels, ROOT) ?? ROOT);

const string = fc
  .uint8Array({ maxLength: 255 })
  .map((octets) => Uint8Array.of(octets.length, ...octets));
const rest = fc.uint8Array({ minLength: 1, maxLength: 40 });
const one = octet.map((value) => Uint8Array.of(value));
const two = fc.uint8Array({ minLength: 2, maxLength: 2 });
const four = fc.uint8Array({ minLength: 4, maxLength: 4 });
const bitmap = fc.array(u16, { maxLength: 8 }).map(writeBitmap);
const strings = fc.array(string, { minLength: 1, maxLength: 3 }).map((parts) => concat(...parts));

const sized = fc
  .uint8Array({ minLength: 1, maxLength: 40 })
  .map((octets) => Uint8Array.of(octets.length, ...octets));

/** Sizes of LOC: a digit and a power of ten, no power without a digit. */
const size = fc.oneof(
  fc.constant(0),
  fc
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 9 }))
    .map(([m, e]) => (m << 4) | e),
);

/** Angles of LOC up to so many degrees to both sides. */
function angle(degrees: number): fc.Arbitrary<Uint8Array> {
  const most = degrees * 3_600_000;
  return fc.integer({ min: -most, max: most }).map((value) => {
    const octets = new Uint8Array(4);
    new DataView(octets.buffer).setUint32(0, 2 ** 31 + value);
    return octets;
  });
}

/** Values that the known service parameters may have, by key. */
const paramValues: readonly fc.Arbitrary<Uint8Array>[] = [
  fc.array(two, { maxLength: 3 }).map((parts) => concat(...parts)),
  fc.array(string, { maxLength: 3 }).map((parts) => concat(...parts)),
  fc.constant(new Uint8Array(0)),
  two,
  fc.array(four, { minLength: 1, maxLength: 3 }).map((parts) => concat(...parts)),
  fc.uint8Array({ maxLength: 20 }),
  // Never ::ffff:0:0/96, which is refused.
  fc.uint8Array({ minLength: 15, maxLength: 15 }).map((octets) => Uint8Array.of(0x20, ...octets)),
  fc.uint8Array({ maxLength: 20 }),
  fc.constant(new Uint8Array(0)),
  fc.uint8Array({ maxLength: 20 }),
];

const params = fc
  .uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 5 })
  .chain((keys) =>
    fc.tuple(
      ...keys
        .toSorted((a, b) => a - b)
        .map((key) => (paramValues[key] ?? rest).map((value) => option(key, value))),
    ),
  )
  .map((parts) => concat(...parts));

const addressRdata = fc.uint8Array({ minLength: 16, maxLength: 16 });
const soa = parts(name, name, four, four, four, four, four);
const signature = parts(two, one, one, four, four, four, two, name, rest);

/** Well-formed rdata by type; what is not listed may be any octets. */
export const rdataByType: Readonly<Record<string, fc.Arbitrary<Uint8Array>>> = {
  A: four,
  NS: name,
  MD: name,
  MF: name,
  CNAME: name,
  SOA: soa,
  MB: name,
  MG: name,
  MR: name,
  PTR: name,
  HINFO: parts(string, string),
  MINFO: parts(name, name),
  MX: parts(two, name),
  TXT: strings,
  RP: parts(name, name),
  AFSDB: parts(two, name),
  RT: parts(two, name),
  'NSAP-PTR': name,
  SIG: signature,
  KEY: parts(two, one, one, rest),
  PX: parts(two, name, name),
  AAAA: addressRdata,
  SRV: parts(two, two, two, name),
  NAPTR: parts(two, two, string, string, string, name),
  KX: parts(two, name),
  DNAME: name,
  DS: parts(two, one, one, rest),
  SSHFP: parts(one, one, rest),
  RRSIG: signature,
  LOC: fc
    .tuple(size, size, size, angle(90), angle(180), four)
    .map(([a, b, c, latitude, longitude, altitude]) =>
      concat(Uint8Array.of(0, a, b, c), latitude, longitude, altitude),
    ),
  NSEC: parts(name, bitmap),
  NSEC3: parts(one, one, two, string, sized, bitmap),
  NSEC3PARAM: parts(one, one, two, string),
  URI: parts(two, two, fc.uint8Array({ minLength: 1, maxLength: 40 })),
  DNSKEY: parts(two, one, one, rest),
  TLSA: parts(one, one, one, rest),
  SMIMEA: parts(one, one, one, rest),
  NINFO: strings,
  RKEY: parts(two, one, one, rest),
  TALINK: parts(name, name),
  CDS: parts(two, one, one, rest),
  CDNSKEY: parts(two, one, one, rest),
  SVCB: parts(two, name, params),
  HTTPS: parts(two, name, params),
  SPF: strings,
  LP: parts(two, name),
  CAA: parts(one, string, fc.uint8Array({ maxLength: 40 })),
  AVC: strings,
  RESINFO: strings,
  TA: parts(two, one, one, rest),
  DLV: parts(two, one, one, rest),
  TYPE65280: fc.uint8Array({ maxLength: 40 }),
};

/** Records of any type in the table; `typeCode` turns its words into numbers. */
export function record(typeCode: (word: string) => number): fc.Arbitrary<ResourceRecord> {
  return fc
    .constantFrom(...Object.entries(rdataByType))
    .chain(([word, rdata]) =>
      fc.record({ name, type: fc.constant(typeCode(word)), class: u16, ttl: u32, rdata }),
    );
}

export const question: fc.Arbitrary<Question> = fc.record({ name, type: u16, class: u16 });

/** OPT records; option codes from 65001 on, whose data may be any. */
export const edns: fc.Arbitrary<Edns> = fc.record({
  udpSize: u16,
  version: octet,
  isDnssecOk: fc.boolean(),
  options: fc.array(
    fc.record({
      code: fc.integer({ min: 65001, max: 65534 }),
      data: fc.uint8Array({ maxLength: 20 }),
    }),
    { maxLength: 3 },
  ),
  extendedRcode: fc.constant(0),
});

/** Whole messages; a response code over 15 only with EDNS. */
export function message(typeCode: (word: string) => number): fc.Arbitrary<Message> {
  const section = fc.array(record(typeCode), { maxLength: 5 });
  return fc
    .record({
      id: u16,
      isResponse: fc.boolean(),
      opcode: fc.integer({ min: 0, max: 15 }),
      authoritative: fc.boolean(),
      truncated: fc.boolean(),
      recursionDesired: fc.boolean(),
      recursionAvailable: fc.boolean(),
      zero: fc.boolean(),
      authenticData: fc.boolean(),
      checkingDisabled: fc.boolean(),
      rcode: fc.integer({ min: 0, max: 0xfff }),
      questions: fc.array(question, { maxLength: 2 }),
      answer: section,
      authority: section,
      additional: section,
      edns: fc.option(edns, { nil: undefined }),
    })
    .map(({ edns: opt, ...made }) => {
      const rcode = opt === undefined ? made.rcode & 0xf : made.rcode;
      return { ...made, rcode, edns: opt && { ...opt, extendedRcode: rcode >> 4 } };
    });
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function concat(...arrays: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(arrays.flatMap((each) => [...each]));
}

function parts(...arbitraries: readonly fc.Arbitrary<Uint8Array>[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(...arbitraries).map((each) => concat(...each));
}

function option(code: number, data: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(code >> 8, code, data.length >> 8, data.length), data);
}

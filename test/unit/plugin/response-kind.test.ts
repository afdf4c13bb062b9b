// Kinds and classes of replies.
import { describe, expect, test } from 'vitest';
import { Opcode } from '../../../src/dns/codes/opcode.ts';
import { Rcode } from '../../../src/dns/codes/rcode.ts';
import { RRType } from '../../../src/dns/codes/rr-type.ts';
import { ROOT } from '../../../src/dns/name.ts';
import type { ResourceRecord } from '../../../src/dns/record.ts';
import { Reply } from '../../../src/plugin/reply.ts';
import {
  type ResponseKind,
  responseClass,
  responseKind,
} from '../../../src/plugin/response-kind.ts';

const NOW = 1_800_000_000;

const record = (type: number, rdata = new Uint8Array(4)): ResourceRecord => ({
  name: ROOT,
  type,
  class: 1,
  ttl: 0,
  rdata,
});
const [A, SOA, NS] = [record(RRType.A), record(RRType.SOA), record(RRType.NS)];

/** An RRSIG of which only the times matter. */
function signature(inception: number, expiration: number): ResourceRecord {
  const rdata = new Uint8Array(20);
  const view = new DataView(rdata.buffer);
  view.setUint32(8, expiration);
  view.setUint32(12, inception);
  return record(RRType.RRSIG, rdata);
}

function reply(changes: Partial<Reply>): Reply {
  return Object.assign(new Reply(), changes);
}

const query = { opcode: Opcode.QUERY, type: RRType.A };

describe('kinds', () => {
  const cases: readonly [
    string,
    ResponseKind,
    Partial<Reply>,
    { opcode: number; type: number }?,
  ][] = [
    ['an answer', 'NOERROR', { answer: [A], authority: [SOA] }],
    ['nothing at all', 'NOERROR', {}],
    ['no data', 'NODATA', { authority: [NS, SOA] }],
    ['a delegation', 'DELEGATION', { authority: [NS], additional: [A] }],
    ['a denial', 'NXDOMAIN', { rcode: Rcode.NXDOMAIN, authority: [SOA] }],
    ['a denial without SOA', 'NXDOMAIN', { rcode: Rcode.NXDOMAIN }],
    ['a denial behind a CNAME', 'OTHERERROR', { rcode: Rcode.NXDOMAIN, answer: [A] }],
    ['SERVFAIL', 'SERVERERROR', { rcode: Rcode.SERVFAIL, authority: [SOA] }],
    ['NOTIMP', 'SERVERERROR', { rcode: Rcode.NOTIMP }],
    ['REFUSED', 'OTHERERROR', { rcode: Rcode.REFUSED, answer: [A] }],
    ['an update', 'UPDATE', {}, { opcode: Opcode.UPDATE, type: RRType.SOA }],
    ['a notify', 'META', { rcode: Rcode.NXDOMAIN }, { opcode: Opcode.NOTIFY, type: RRType.SOA }],
    ['AXFR', 'META', { answer: [SOA] }, { opcode: Opcode.QUERY, type: RRType.AXFR }],
    ['IXFR', 'META', { answer: [SOA] }, { opcode: Opcode.QUERY, type: RRType.IXFR }],
  ];
  test.each(cases)('%s is %s', (_about, kind, changes, asked = query) => {
    expect(responseKind(asked, reply(changes), NOW)).toBe(kind);
  });
});

describe('signatures', () => {
  const edns = { udpSize: 1232, version: 0, isDnssecOk: true, options: [], extendedRcode: 0 };
  const valid = signature(NOW - 1, NOW + 1);
  const expired = signature(NOW - 2, NOW - 1);
  const early = signature(NOW + 1, NOW + 2);
  const cases: readonly [string, ResponseKind, Partial<Reply>][] = [
    ['valid', 'NOERROR', { edns, answer: [A, valid] }],
    ['expired in the answer', 'OTHERERROR', { edns, answer: [A, expired] }],
    ['early in the authority section', 'OTHERERROR', { edns, answer: [A], authority: [early] }],
    [
      'expired in the additional section',
      'OTHERERROR',
      { edns, answer: [A], additional: [expired] },
    ],
    [
      'expired, but nobody asked',
      'NOERROR',
      { edns: { ...edns, isDnssecOk: false }, answer: [A, expired] },
    ],
    ['expired, without an OPT', 'NOERROR', { answer: [A, expired] }],
    // Times are serial numbers: 2040 is past 2^31, and a time near 0 is taken as after 2^32.
    ['wrapped around', 'OTHERERROR', { edns, answer: [A, signature(NOW - 1, 5)] }],
    ['beyond 2038', 'NOERROR', { edns, answer: [A, signature(NOW - 1, 2 ** 31 + 5)] }],
  ];
  test.each(cases)('%s: %s', (_about, kind, changes) => {
    expect(responseKind(query, reply(changes), NOW)).toBe(kind);
  });
});

test.each([
  ['NOERROR', 'success'],
  ['DELEGATION', 'success'],
  ['NXDOMAIN', 'denial'],
  ['NODATA', 'denial'],
  ['SERVERERROR', 'error'],
  ['META', 'error'],
  ['UPDATE', 'error'],
  ['OTHERERROR', 'error'],
] as const)('%s is of class %s', (kind, kindClass) => {
  expect(responseClass(kind)).toBe(kindClass);
});

// The query and its reply, as handlers see them.

import { describe, expect, test } from 'vitest';
import { Rcode } from '../../../src/dns/codes/rcode.ts';
import { after as then } from '../../../src/plugin/handler.ts';
import { Reply } from '../../../src/plugin/reply.ts';
import { exchangeFor } from '../../support/chain-doubles.ts';

describe('the size that a client takes', () => {
  test.each([
    ['udp without EDNS', 'udp', undefined, 512],
    ['udp with a small size', 'udp', 100, 512],
    ['udp with a size', 'udp', 1232, 1232],
    ['udp with the largest size', 'udp', 65_535, 65_535],
    ['tcp without EDNS', 'tcp', undefined, 65_535],
    ['tcp with a small size', 'tcp', 512, 65_535],
  ] as const)('%s', (_what, transport, bufsize, expected) => {
    const edns = bufsize === undefined ? null : { bufsize, do: false };
    expect(exchangeFor({ name: 'a.', transport, edns }).maxReplySize).toBe(expected);
  });
});

test('the DO bit is the one of the OPT record', () => {
  expect(exchangeFor({ name: 'a.' }).isDnssecOk).toBe(false);
  expect(exchangeFor({ name: 'a.', edns: { bufsize: 512, do: true } }).isDnssecOk).toBe(true);
});

test('handlers match on the lower-case name and reply in the spelling of the query', () => {
  const exchange = exchangeFor({ name: 'WwW.Test.' });
  expect(Buffer.from(exchange.name).toString('latin1')).toContain('www');
  expect(Buffer.from(exchange.askedName).toString('latin1')).toContain('WwW');
});

describe('a reply', () => {
  test('is written once a handler says so', () => {
    const reply = new Reply();
    expect(reply.isWritten).toBe(false);
    expect(reply.write(Rcode.NXDOMAIN)).toBe(Rcode.NXDOMAIN);
    expect(reply).toMatchObject({ isWritten: true, rcode: Rcode.NXDOMAIN });
  });

  test('can be emptied', () => {
    const reply = new Reply();
    const record = { name: new Uint8Array(1), type: 1, class: 1, ttl: 0, rdata: new Uint8Array(4) };
    for (const section of [reply.answer, reply.authority, reply.additional]) section.push(record);
    reply.clearSections();
    expect([reply.answer, reply.authority, reply.additional]).toEqual([[], [], []]);
  });
});

describe('after', () => {
  test('stays synchronous for a value that is there', () => {
    expect(then(1, (value) => value + 1)).toBe(2);
  });

  test('waits for a value that comes late', async () => {
    const late = then(Promise.resolve(1), (value) => value + 1);
    expect(late).toBeInstanceOf(Promise);
    expect(await late).toBe(2);
  });
});

describe('the same query for another name', () => {
  test('has a reply of its own and shares the rest', () => {
    const exchange = exchangeFor({ name: 'A.test.', type: 'MX', transport: 'tcp', cd: true });
    exchange.server = 'dns://:53';
    exchange.view = 'v';
    exchange.metadata = new Map();
    exchange.deadlineMs = 5;
    exchange.echoedOptions = [1];
    exchange.isAuthoritative = true;
    const other = exchange.withName(Uint8Array.of(1, 0x42, 0));
    expect([...other.name]).toEqual([1, 0x62, 0]);
    expect(other.length).toBe(exchange.length - 5);
    expect(other.reply).not.toBe(exchange.reply);
    const { askedName, name, length, reply, ...rest } = exchange;
    expect(other).toMatchObject(rest);
    expect([askedName.length, name.length, length, reply.isWritten]).toEqual([8, 8, 24, false]);
  });
});

test('a reply can take over another one', () => {
  const reply = new Reply();
  const other = new Reply();
  other.isTruncated = true;
  other.write(Rcode.NXDOMAIN);
  reply.takeOver(other);
  expect(reply).toEqual(other);
});

// Sizes as log and prometheus report them.
import { expect, test } from 'vitest';
import { parseName, ROOT } from '../../../src/dns/name.ts';
import { isServerError } from '../../../src/plugin/client-write.ts';
import { bareReplySize, replySize } from '../../../src/plugin/reply-size.ts';
import { exchangeFor } from '../../support/chain-doubles.ts';

const name = parseName('a.test.') ?? ROOT;
const record = { name, type: 1, class: 1, ttl: 0, rdata: new Uint8Array(4) };

test('counts question and records without compression, and not the OPT of the query', () => {
  const exchange = exchangeFor({ name: 'a.test.', edns: { bufsize: 1232, do: true } });
  expect(replySize(exchange)).toBe(24);
  exchange.reply.answer.push(record);
  expect(replySize(exchange)).toBe(46);
  exchange.reply.authority.push(record);
  exchange.reply.additional.push(record, record);
  expect(replySize(exchange)).toBe(24 + 4 * 22);
});

test('counts an OPT and a question of the reply', () => {
  const exchange = exchangeFor({ name: 'x.refuse.test.' });
  const options = [{ code: 15, data: Uint8Array.of(0, 15) }];
  exchange.reply.edns = { udpSize: 4096, version: 0, isDnssecOk: true, options, extendedRcode: 0 };
  expect(replySize(exchange)).toBe(48);
  exchange.reply.question = { name: ROOT, type: 1, class: 1 };
  expect(replySize(exchange)).toBe(34);
});

test('counts further messages with header and question each', () => {
  const exchange = exchangeFor({ name: 'a.test.' });
  exchange.reply.answer.push(record);
  exchange.reply.following = [[record, record], [record]];
  expect(replySize(exchange)).toBe(3 * 24 + 4 * 22);
  exchange.reply.clearSections();
  expect(replySize(exchange)).toBe(24);
});

test('an error by the server is header and question', () => {
  expect(bareReplySize(name)).toBe(24);
});

test.each([
  [2, true],
  [5, true],
  [1, true],
  [4, true],
  [0, false],
  [3, false],
  [16, false],
])('the server writes outcome %d: %s', (outcome, isWritten) => {
  expect(isServerError(outcome)).toBe(isWritten);
});

// Reading a client's query, encoding a reply, and the plain codec of whole messages.

import { test } from 'vitest';
import { decodeMessage, encodeMessage, type Message } from '../../src/dns/message.ts';
import { readQuery } from '../../src/dns/wire/query.ts';
import { writeReply } from '../../src/dns/wire/reply-writer.ts';
import { exchangeFor } from '../../test/support/chain-doubles.ts';
import { queryPacket } from '../../test/support/dns-client.ts';
import { aRecord, edns } from '../../test/support/query-bench.ts';
import { thousand } from './thousand.ts';

const NAME = 'web.shop.svc.cluster.local.';
const ADDRESSES = 3;
const PLAIN_LIMITS = { maxSize: 512, compressOver: 512 };
const COMPRESSING_LIMITS = { maxSize: 512, compressOver: 0 };

const plainQuery = queryPacket(NAME, 'A');
const ednsQuery = queryPacket(NAME, 'A', { edns: edns() });
const reply: Message = {
  ...(decodeMessage(plainQuery) as Message),
  isResponse: true,
  answer: aRecord(exchangeFor({ name: NAME }), ADDRESSES),
};

test('reading', async ({ bench }) => {
  const replyOctets = encodeMessage(reply, { compress: false });
  await bench.compare(
    bench(
      'query',
      thousand(() => readQuery(plainQuery, plainQuery.length)),
    ),
    bench(
      'query with EDNS',
      thousand(() => readQuery(ednsQuery, ednsQuery.length)),
    ),
    bench(
      'message with 3 addresses',
      thousand(() => decodeMessage(replyOctets)),
    ),
  );
});

test('writing', async ({ bench }) => {
  const out = new Uint8Array(512);
  const data = { ...reply, question: reply.questions[0] };
  await bench.compare(
    bench(
      'reply with 3 addresses',
      thousand(() => writeReply(data, out, PLAIN_LIMITS)),
    ),
    bench(
      'reply with 3 addresses, compressed',
      thousand(() => writeReply(data, out, COMPRESSING_LIMITS)),
    ),
    bench(
      'message with 3 addresses',
      thousand(() => encodeMessage(reply, { compress: false })),
    ),
  );
});

// Replies of several messages: zone transfers over TCP.
import { expect, test } from 'vitest';
import { Rcode } from '../../../src/dns/codes/rcode.ts';
import { decodeMessage, type Message } from '../../../src/dns/message.ts';
import { recordText } from '../../../src/dns/record.ts';
import { ServingInstance } from '../../../src/server/serving-instance.ts';
import { queryPacket } from '../../support/dns-client.ts';
import { record } from '../../support/record-lines.ts';
import {
  blockSpec,
  clientOf,
  listenerSpec,
  type Serve,
  servingConfig,
  servingPlugin,
  ThreadBench,
} from '../../support/serving-bench.ts';

const ADDRESSES = [1, 2, 3].map((last) => record(`a.test. 5 IN A 10.0.0.${last}`));

async function replies(serve: Serve): Promise<{ messages: Message[]; bench: ThreadBench }> {
  const bench = new ThreadBench(servingPlugin('test', serve));
  const config = servingConfig(1, [blockSpec(['test'])], [listenerSpec(53)]);
  const instance = new ServingInstance(config, bench);
  const packet = queryPacket('test.', 'AXFR', {
    edns: { udpSize: 1232, version: 0, isDnssecOk: false, options: [], extendedRcode: 0 },
  });
  const messages: Message[] = [];
  await instance.target('dns://127.0.0.1:53')?.serve(packet, clientOf('tcp'), (bytes) => {
    const message = decodeMessage(bytes.slice());
    if (message !== undefined) messages.push(message);
  });
  return { messages, bench };
}

test('each has header, question and OPT of the first, and its own answers', async () => {
  const { messages } = await replies(({ reply }) => {
    reply.isAuthoritative = true;
    reply.answer = ADDRESSES.slice(0, 1);
    reply.following = [ADDRESSES.slice(1, 2), ADDRESSES.slice(2)];
    return reply.write(Rcode.NOERROR);
  });
  expect(messages.map(({ answer }) => answer.map(recordText))).toEqual(
    ADDRESSES.map((each) => [recordText(each)]),
  );
  for (const message of messages) {
    expect(message.id).toBe(messages[0]?.id);
    expect(message.authoritative).toBe(true);
    expect(message.questions).toHaveLength(1);
    expect(message.edns?.udpSize).toBe(1232);
  }
});

test('a message that cannot be written ends the transfer, and is counted', async () => {
  const broken = { ...ADDRESSES[0], name: undefined } as never;
  const { messages, bench } = await replies(({ reply }) => {
    reply.following = [[broken], ADDRESSES];
    return reply.write(Rcode.NOERROR);
  });
  expect(messages).toHaveLength(1);
  expect(bench.panics).toBe(1);
});

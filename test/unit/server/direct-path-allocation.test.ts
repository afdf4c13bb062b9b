// The short path allocates nothing, whatever plugins of kubeadm's Corefile stand in its chain: V8 counts every octet that this
// thread allocates. Less than one octet a query leaves room for what the compiler allocates on the way.

import { getHeapStatistics } from 'node:v8';
import { expect, test } from 'vitest';
import type { PacketPlace } from '../../../src/server/direct-path.ts';
import { DirectBench, KUBEADM_CHAIN } from '../../support/direct-bench.ts';
import { queryPacket } from '../../support/dns-client.ts';

const QUERIES = 1_000_000;
const WARM_UP = 200_000;
const EDNS = { udpSize: 1232, version: 0, isDnssecOk: false, extendedRcode: 0, options: [] };
const PACKETS = [
  queryPacket('web.shop.svc.cluster.local.', 'A'),
  queryPacket('web.shop.svc.cluster.local.', 'AAAA', { edns: EDNS }),
  queryPacket('db.shop.svc.cluster.local.', 'A'),
  queryPacket('_http._tcp.web.shop.svc.cluster.local.', 'SRV'),
  queryPacket('nope.shop.svc.cluster.local.', 'A'),
  queryPacket('1.0.96.10.in-addr.arpa.', 'PTR'),
];

/** Answers that many queries; throws when one of them is left to the general path. */
function answer(bench: DirectBench, places: readonly PacketPlace[], queries: number): void {
  for (let i = 0; i < queries; ) {
    for (const place of places) {
      if (bench.answerDirect(place) === 0) throw new Error('not answered on the short path');
      i += 1;
    }
  }
}

test('a million queries on the short path allocate less than an octet each', async () => {
  const bench = await DirectBench.load(KUBEADM_CHAIN);
  const out = new Uint8Array(2048);
  const places = PACKETS.map(
    (packet): PacketPlace => ({
      packet,
      length: packet.length,
      out,
      outOffset: 0,
      isTcp: false,
      family: 1,
      peer: { address: '10.0.0.9', port: 40_000 },
      localAddress: '[::]',
      localPort: 53,
      datagram: undefined,
    }),
  );
  answer(bench, places, WARM_UP);
  const before = getHeapStatistics().total_allocated_bytes;
  answer(bench, places, QUERIES);
  const allocated = getHeapStatistics().total_allocated_bytes - before;
  expect(allocated / QUERIES).toBeLessThan(1);
});

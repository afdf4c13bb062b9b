// One A query from packet to packet through kubeadm's chain, without sockets: by the short path and by the general one.

import { test } from 'vitest';
import { DirectBench, KUBEADM_CHAIN } from '../../test/support/direct-bench.ts';
import { queryPacket } from '../../test/support/dns-client.ts';
import { thousand } from './thousand.ts';

const MAX_REPLY_OCTETS = 512;

test('A through the chain', async ({ bench }) => {
  const server = await DirectBench.load(KUBEADM_CHAIN);
  const packet = queryPacket('web.shop.svc.cluster.local.', 'A');
  const out = new Uint8Array(MAX_REPLY_OCTETS);
  const place = {
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
  } as const;
  await bench.compare(
    bench(
      'short path',
      thousand(() => server.answerDirect(place)),
    ),
    bench(
      'general path',
      thousand(() => server.answerGeneral(packet)),
    ),
  );
});

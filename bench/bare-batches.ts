// The least that a server on batched UDP can do, for the floor of the figures: each query comes back as a reply with one address,
// without a look at what was asked. Argument: PORT.

import { loadUdpAddon } from '../src/native/udp-addon.ts';
import type { Datagram } from '../src/transport/datagram.ts';
import { openUdpBatch } from '../src/transport/udp-batch-wildcard.ts';

/** What the bare server says to everything. */
export const BARE_ADDRESS = '192.0.2.53';

/** An A record of the name in the question: pointer, type, class, 30 s, address (RFC 1035 section 4.1.3). */
const RECORD = Uint8Array.of(0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 192, 0, 2, 53);
const RESPONSE = 0x80;

function answer(datagram: Datagram): void {
  const { packet, length, out, outOffset } = datagram;
  let at = outOffset;
  for (let from = 0; from < length; from++) out[at++] = packet[from] ?? 0;
  for (const octet of RECORD) out[at++] = octet;
  out[outOffset + 2] = RESPONSE;
  out[outOffset + 7] = 1;
  datagram.commit(length + RECORD.length);
}

/** Serves until it is killed. */
async function serve(port: number): Promise<void> {
  const addon = loadUdpAddon();
  if (typeof addon === 'string') throw new Error(addon);
  await openUdpBatch(addon, '', port, (datagram) => answer(datagram));
}

if (process.argv[1] === import.meta.filename) await serve(Number(process.argv[2]));

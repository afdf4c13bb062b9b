// Batched UDP on every address. One socket can do it all: it is told where each datagram came to, and tells where each reply leaves
// from. The kernel takes 4 % of a query's time for that, so in a pod each address has a socket of its own in front of that one.

import type { UdpAddon } from '../native/udp-addon.ts';
import type { DatagramListener, DatagramReceiver } from './datagram.ts';
import { isNoIpv6, joinHostPort, listenErrorText } from './listen-error.ts';
import { podAddresses } from './own-addresses.ts';
import { UdpBatchListener } from './udp-batch.ts';

/** How sockets of one listener are opened. */
type Open = (host: string, port: number) => UdpBatchListener;

/**
 * Binds `host` ('' = every address, IPv4 and IPv6) with SO_REUSEPORT. Rejects with Go's text
 * (`listen udp :53: bind: permission denied`).
 */
export async function openUdpBatch(
  addon: UdpAddon,
  host: string,
  port: number,
  receive: DatagramReceiver,
  addresses: () => readonly string[] = podAddresses,
): Promise<DatagramListener> {
  const open: Open = (each, at) => new UdpBatchListener(addon, each, at, receive);
  try {
    return host === '' ? openWildcard(open, port, addresses()) : open(host, port);
  } catch (error) {
    throw new Error(listenErrorText('udp', joinHostPort(host, port), error));
  }
}

function openWildcard(open: Open, port: number, addresses: readonly string[]): DatagramListener {
  const wildcard = openAny(open, port);
  // An address that cannot be bound by itself is served by the wildcard socket.
  const specific = addresses.flatMap((address) => attempt(() => open(address, wildcard.port)));
  return new Sockets([wildcard, ...specific], wildcard.port);
}

function openAny(open: Open, port: number): UdpBatchListener {
  try {
    return open('::', port);
  } catch (error) {
    if (!isNoIpv6(error)) throw error;
    return open('0.0.0.0', port);
  }
}

function attempt<T>(make: () => T): T[] {
  try {
    return [make()];
  } catch {
    return [];
  }
}

/** The sockets of a listener on every address. */
class Sockets implements DatagramListener {
  readonly port: number;
  readonly #sockets: readonly UdpBatchListener[];

  constructor(sockets: readonly UdpBatchListener[], port: number) {
    this.#sockets = sockets;
    this.port = port;
  }

  kernelDrops(): number | undefined {
    let sum = 0;
    for (const socket of this.#sockets) {
      const drops = socket.kernelDrops();
      if (drops === undefined) return undefined;
      sum += drops;
    }
    return sum;
  }

  async close(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }
}

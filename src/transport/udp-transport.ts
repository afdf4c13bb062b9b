// Chooses how UDP is served: in batches by the native addon where it can be used, else by node:dgram. The environment
// variable NODENS_UDP forces either. Answers are the same.

import { loadUdpAddon, type UdpAddon } from '../native/udp-addon.ts';
import type { DatagramListener, DatagramReceiver } from './datagram.ts';
import { UdpListener } from './udp.ts';
import { openUdpBatch } from './udp-batch-wildcard.ts';

/** A way to serve UDP. */
export interface UdpTransport {
  readonly name: 'batch' | 'dgram';
  /** Why it is not batch; a phrase for the log. Undefined when it is, or when nothing else was wanted. */
  readonly reason: string | undefined;
  /**
   * Binds `host` ('' = every address, IPv4 and IPv6) with SO_REUSEPORT. Rejects with Go's text
   * (`listen udp :53: bind: permission denied`).
   */
  open(host: string, port: number, receive: DatagramReceiver): Promise<DatagramListener>;
}

/**
 * The transport of this process. `wanted` is `batch`, `dgram`, or '' for the best there is. Throws when what is wanted is
 * unknown or cannot be had.
 */
export function udpTransport(
  wanted: string = process.env['NODENS_UDP'] ?? '',
  load: () => UdpAddon | string = loadUdpAddon,
): UdpTransport {
  switch (wanted) {
    case 'dgram':
      return dgramTransport(undefined);
    case 'batch':
    case '': {
      const addon = load();
      if (typeof addon !== 'string') return batchTransport(addon);
      if (wanted === '') return dgramTransport(addon);
      throw new Error(`NODENS_UDP is batch, but ${addon}`);
    }
    default:
      throw new Error(`NODENS_UDP is "${wanted}": it can be batch or dgram`);
  }
}

function batchTransport(addon: UdpAddon): UdpTransport {
  return {
    name: 'batch',
    reason: undefined,
    open: (host, port, receive) => openUdpBatch(addon, host, port, receive),
  };
}

function dgramTransport(reason: string | undefined): UdpTransport {
  return {
    name: 'dgram',
    reason,
    open: (host, port, receive) => UdpListener.open(host, port, receive),
  };
}

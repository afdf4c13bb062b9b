// What a UDP link needs of its socket, and who provides it: the native addon where it can be used, else node:dgram. The
// environment variable NODENS_UDP (`dgram`) forces the latter, as for the server's own sockets.

import { isIP } from 'node:net';
import { loadUdpAddon, type UdpAddon } from '../native/udp-addon.ts';
import { BatchSocket } from './batch-socket.ts';
import { DgramSocket } from './dgram-socket.ts';
import { LinkMemory } from './link-memory.ts';

/** Where a socket goes, and the local address that it is to be sent from, if any. */
export interface DatagramPlace {
  readonly host: string;
  readonly port: number;
  readonly sourceAddress: string | undefined;
}

/** What a socket tells; never before its constructor has returned, nor during a call of `send`. */
export interface DatagramEvents {
  /** A datagram lies in the socket's own memory; false when `receive` is to be called with a copy. */
  offer(bytes: Uint8Array, start: number, end: number): boolean;
  /** A datagram came; the octets are the receiver's to keep. */
  receive(bytes: Uint8Array): void;
  /** The socket is of no use any more: it did not open, or the kernel has heard of an earlier query's fate (ICMP). */
  fail(word: 'dial' | 'read', error: Error): void;
  /** The query with this ID could not be sent. */
  failSend(id: number, error: Error): void;
}

/** A socket that is connected to a server, or about to be. */
export interface DatagramSocket {
  /** Queries wait to be sent together with those that come in the same turn. */
  readonly isGathering: boolean;
  /** Sends a copy of a message, which may be shorter than `wire`, with an ID of its own; at the latest when the turn ends. */
  send(wire: Uint8Array, id: number, length?: number): void;
  /** The local end, undefined while there is none. */
  localText(): string | undefined;
  close(): void;
}

/** The addon and the memory of this thread's batched sockets; null before the first socket. */
let batches: { readonly addon: UdpAddon; readonly memory: LinkMemory } | undefined | null = null;

/** Opens a socket. Never throws: failures are told later. */
export function openDatagramSocket(place: DatagramPlace, events: DatagramEvents): DatagramSocket {
  const isBatchable = process.env['NODENS_UDP'] !== 'dgram' && isIP(place.host) !== 0;
  if (!isBatchable) return new DgramSocket(place, events);
  if (batches === null) batches = loadBatches();
  return batches === undefined
    ? new DgramSocket(place, events)
    : new BatchSocket(batches.addon, batches.memory, place, events);
}

function loadBatches(): Exclude<typeof batches, null> {
  const addon = loadUdpAddon();
  return typeof addon === 'string'
    ? undefined
    : { addon, memory: new LinkMemory(addon.linkLayout) };
}

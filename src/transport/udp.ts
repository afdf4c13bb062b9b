// UDP by node:dgram: bytes in and out, nothing of DNS. The batched path (transport/udp-batch) replaces it where
// the addon is there; answers are the same.
//
// A wildcard socket of node:dgram cannot say which local address a datagram came to, so its replies leave with
// the address that the route prefers. Therefore each local address gets a socket of its own beside the wildcard.

import dgram from 'node:dgram';
import type { Datagram, DatagramListener, DatagramReceiver } from './datagram.ts';
import { isNoIpv6, joinHostPort, listenErrorText, plainAddress } from './listen-error.ts';
import { ownAddresses } from './own-addresses.ts';

/** Queue for bursts, in octets; the kernel caps it at net.core.rmem_max. */
const RECEIVE_BUFFER_OCTETS = 1 << 20;

/** Where replies are composed; one for all, because `commit` copies. */
const output = new Uint8Array(65_535);

/** All datagram sockets of one listener. */
export class UdpListener implements DatagramListener {
  readonly #sockets: readonly dgram.Socket[];
  /** Port that is bound, also when 0 was asked for. */
  readonly port: number;

  private constructor(sockets: readonly dgram.Socket[], port: number) {
    this.#sockets = sockets;
    this.port = port;
  }

  /**
   * Binds `host` ('' = every address, IPv4 and IPv6) with SO_REUSEPORT. Rejects with Go's text
   * (`listen udp :53: bind: permission denied`).
   */
  static async open(host: string, port: number, receive: DatagramReceiver): Promise<UdpListener> {
    try {
      const sockets = await (host === ''
        ? openWildcard(port, receive)
        : openOne(host, port, receive).then((s) => [s]));
      return new UdpListener(sockets, sockets[0]?.address().port ?? port);
    } catch (error) {
      throw new Error(listenErrorText('udp', joinHostPort(host, port), error));
    }
  }

  /** Node does not say. */
  kernelDrops(): undefined {
    return undefined;
  }

  /** Stops receiving; replies handed over before are still sent. */
  async close(): Promise<void> {
    await Promise.all(
      this.#sockets.map((socket) => new Promise<void>((done) => socket.close(() => done()))),
    );
  }
}

/** A datagram that owns its memory. */
class DgramDatagram implements Datagram {
  readonly packet: Uint8Array;
  readonly address: string;
  readonly port: number;
  readonly isTruncated = false;
  readonly outOffset = 0;
  readonly send: (reply: Uint8Array) => void;

  constructor(socket: dgram.Socket, data: Uint8Array, remote: dgram.RemoteInfo) {
    this.packet = data;
    this.address = plainAddress(remote.address);
    this.port = remote.port;
    this.send = (reply) => sendCopy(socket, reply, remote);
  }

  get length(): number {
    return this.packet.length;
  }

  get out(): Uint8Array {
    return output;
  }

  get isIpv6(): boolean {
    return this.address.includes(':');
  }

  copy(): Uint8Array {
    return this.packet;
  }

  commit(length: number): void {
    this.send(output.subarray(0, length));
  }

  keep(): void {
    // owns all that it needs
  }

  release(): void {
    // is not used again
  }
}

/**
 * The socket may send later than this returns, so it gets a copy. Errors (an unreachable client, a closed socket) concern
 * nobody but that client.
 */
function sendCopy(socket: dgram.Socket, reply: Uint8Array, remote: dgram.RemoteInfo): void {
  try {
    socket.send(Buffer.from(reply), remote.port, remote.address, () => undefined);
  } catch {
    // closed meanwhile
  }
}

function attach(socket: dgram.Socket, receive: DatagramReceiver): void {
  socket.on('message', (data, remote) => {
    void receive(new DgramDatagram(socket, data, remote));
  });
  socket.on('error', () => undefined);
}

async function openWildcard(port: number, receive: DatagramReceiver): Promise<dgram.Socket[]> {
  let wildcard: dgram.Socket;
  let hasIpv6 = true;
  try {
    wildcard = await openOne('::', port, receive);
  } catch (error) {
    if (!isNoIpv6(error)) throw error;
    hasIpv6 = false;
    wildcard = await openOne('0.0.0.0', port, receive);
  }
  const bound = wildcard.address().port;
  const own = ownAddresses().filter((address) => hasIpv6 || !address.includes(':'));
  // An address that cannot be bound by itself is served by the wildcard socket.
  const opened = await Promise.allSettled(own.map((address) => openOne(address, bound, receive)));
  const specific = opened.filter((result) => result.status === 'fulfilled').map((r) => r.value);
  return [wildcard, ...specific];
}

/** Opens a socket that receives from the first datagram on. */
function openOne(host: string, port: number, receive: DatagramReceiver): Promise<dgram.Socket> {
  return new Promise((resolve, reject) => {
    const type = host.includes(':') ? 'udp6' : 'udp4';
    const socket = dgram.createSocket({ type, reusePort: true, lookup: givenAddress });
    attach(socket, receive);
    const fail = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', fail);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', fail);
      enlargeBuffer(socket);
      resolve(socket);
    });
  });
}

/**
 * Stands in for dns.lookup, which hands back an address in a later tick: a datagram sent right before close() would
 * be lost.
 */
function givenAddress(
  address: string,
  _options: unknown,
  callback: (error: Error | null, address: string, family: number) => void,
): void {
  callback(null, address, address.includes(':') ? 6 : 4);
}

function enlargeBuffer(socket: dgram.Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_OCTETS);
  } catch {
    // the default size serves too
  }
}

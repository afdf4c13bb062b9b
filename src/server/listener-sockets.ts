// The sockets of one listener in one serving thread. They outlive configurations: a reload only changes where
// their packets go.

import type { Client } from '../plugin/exchange.ts';
import type { Later } from '../plugin/handler.ts';
import type { Datagram, DatagramListener } from '../transport/datagram.ts';
import { TcpListener, type TcpPeer } from '../transport/tcp.ts';
import { udpTransport } from '../transport/udp-transport.ts';
import type { PacketPlace } from './direct-path.ts';
import type { KernelDrops } from './kernel-drops.ts';
import type { Send } from './query-server.ts';
import type { ListenerSpec } from './serving-config.ts';

const NO_OCTETS = new Uint8Array(0);
/** With port 0, how often another free UDP port is tried whose TCP port is taken. */
const ANY_PORT_TRIES = 20;

/** Where packets go: the query server of the configuration in force. */
export interface PacketTarget {
  /** The short path: octets of the reply that was composed in place, 0 when there is none, LATE_REPLY when it will come. */
  answerDirect(place: PacketPlace): number;
  serve(packet: Uint8Array, client: Client, send: Send): Later<void>;
}

/** UDP and TCP sockets of one address. */
export class ListenerSockets {
  #target: PacketTarget;
  readonly #drops: KernelDrops;
  readonly #hostText: string;
  #port = 0;
  /** Where the datagram at hand is, for the short path. */
  readonly #place: PacketPlace = {
    packet: NO_OCTETS,
    length: 0,
    out: NO_OCTETS,
    outOffset: 0,
    isTcp: false,
    family: 1,
    peer: { address: '', port: 0 },
    localAddress: '',
    localPort: 0,
    datagram: undefined,
  };
  /** Replies of the short path over TCP are composed here. */
  readonly #tcpOut: Uint8Array = new Uint8Array(65_535);
  #tcp: TcpListener | undefined;
  #udp: DatagramListener | undefined;

  private constructor(spec: ListenerSpec, target: PacketTarget, drops: KernelDrops) {
    this.#target = target;
    this.#drops = drops;
    this.#hostText = spec.host === '' ? '[::]' : spec.host;
  }

  /**
   * Opens UDP, then TCP: who can connect can also ask by UDP. `tls://` without certificates is TCP alone. Rejects with
   * `Listen: listen tcp ...` or `ListenPacket: listen udp ...`; where neither can be opened, with TCP's, which CoreDNS opens first.
   */
  static async open(
    spec: ListenerSpec,
    target: PacketTarget,
    drops: KernelDrops,
  ): Promise<ListenerSockets> {
    for (let tries = spec.port === 0 ? ANY_PORT_TRIES : 1; ; tries--) {
      const sockets = new ListenerSockets(spec, target, drops);
      try {
        await sockets.#open(spec);
        sockets.countDrops();
        return sockets;
      } catch (error) {
        await sockets.close();
        if (tries === 1) throw error;
      }
    }
  }

  async #open(spec: ListenerSpec): Promise<void> {
    const failure = spec.scheme === 'dns' ? await this.#openUdp(spec) : undefined;
    const port = this.#udp?.port ?? spec.port;
    this.#tcp = await TcpListener.open(spec.host, port, tcpLimits(spec), (data, peer, send) =>
      this.#receiveFrame(data, peer, send),
    ).catch((error: unknown) => {
      throw prefixed('Listen', error);
    });
    this.#port = this.#tcp.port;
    if (failure !== undefined) throw failure;
  }

  /** Resolves to the error, which counts only when TCP has none. */
  async #openUdp({ host, port }: ListenerSpec): Promise<Error | undefined> {
    try {
      this.#udp = await udpTransport().open(host, port, (datagram) => this.#receive(datagram));
      this.#port = this.#udp.port;
      return undefined;
    } catch (error) {
      return prefixed('ListenPacket', error);
    }
  }

  #receiveFrame(data: Uint8Array, peer: TcpPeer, send: Send): Later<void> {
    const place = this.#place;
    place.packet = data;
    place.length = data.length;
    place.out = this.#tcpOut;
    place.outOffset = 0;
    place.isTcp = true;
    place.datagram = undefined;
    place.family = peer.address.includes(':') ? 2 : 1;
    place.peer = peer;
    place.localAddress = peer.localAddress;
    const length = this.#target.answerDirect(place);
    place.isTcp = false;
    if (length === 0) return this.#target.serve(data, this.#client('tcp', peer), send);
    send(this.#tcpOut.subarray(0, length));
    return undefined;
  }

  #receive(datagram: Datagram): Later<void> {
    const place = this.#place;
    place.packet = datagram.packet;
    place.length = datagram.length;
    place.out = datagram.out;
    place.outOffset = datagram.outOffset;
    place.family = datagram.isIpv6 ? 2 : 1;
    place.peer = datagram;
    place.localAddress = this.#hostText;
    place.localPort = this.#port;
    place.datagram = datagram;
    const length = this.#target.answerDirect(place);
    if (length > 0) datagram.commit(length);
    if (length !== 0) return undefined;
    // Handlers and caches keep parts of the query: they get a copy that is theirs.
    return this.#target.serve(datagram.copy(), this.#client('udp', datagram), datagram.send);
  }

  /** Sends packets to the query server of another configuration from now on. */
  retarget(spec: ListenerSpec, target: PacketTarget): void {
    this.#target = target;
    this.#tcp?.setLimits(tcpLimits(spec));
  }

  /** Counts what the kernel has dropped since the last time. */
  countDrops(): void {
    this.#drops.note(this.#udp?.kernelDrops());
  }

  /** Stops listening; connections end after the reply that they wait for. */
  async close(): Promise<void> {
    this.countDrops();
    await Promise.all([this.#tcp?.close(), this.#udp?.close()]);
  }

  /** Cuts connections that did not end by themselves. */
  destroy(): void {
    this.#tcp?.destroy();
  }

  #client(protocol: 'udp' | 'tcp', peer: Peer): Client {
    return {
      protocol,
      address: peer.address,
      port: peer.port,
      localAddress: peer.localAddress ?? this.#hostText,
      localPort: this.#port,
    };
  }
}

/** A client's end; only connections know the address that they came to. */
interface Peer {
  readonly address: string;
  readonly port: number;
  readonly localAddress?: string;
}

function tcpLimits(spec: ListenerSpec): {
  readTimeoutMs: number;
  idleTimeoutMs: number;
  writeTimeoutMs: number;
  maxQueries: number;
} {
  return {
    readTimeoutMs: spec.readTimeoutMs,
    idleTimeoutMs: spec.idleTimeoutMs,
    writeTimeoutMs: spec.writeTimeoutMs,
    maxQueries: spec.maxTcpQueries,
  };
}

function prefixed(word: string, error: unknown): Error {
  return new Error(`${word}: ${error instanceof Error ? error.message : String(error)}`);
}

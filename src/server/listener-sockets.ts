// The sockets of one listener in one serving thread. They outlive configurations: a reload only changes where
// their packets go.

import type { Client } from '../plugin/exchange.ts';
import type { Later } from '../plugin/handler.ts';
import { TcpListener } from '../transport/tcp.ts';
import { UdpListener } from '../transport/udp.ts';
import type { Send } from './query-server.ts';
import type { ListenerSpec } from './serving-config.ts';

/** Where packets go: the query server of the configuration in force. */
export interface PacketTarget {
  serve(packet: Uint8Array, client: Client, send: Send): Later<void>;
}

/** UDP and TCP sockets of one address. */
export class ListenerSockets {
  #target: PacketTarget;
  readonly #hostText: string;
  #port = 0;
  #tcp: TcpListener | undefined;
  #udp: UdpListener | undefined;

  private constructor(spec: ListenerSpec, target: PacketTarget) {
    this.#target = target;
    this.#hostText = spec.host === '' ? '[::]' : spec.host;
  }

  /**
   * Opens TCP, then UDP, as CoreDNS does; `tls://` without certificates is TCP alone. Rejects with
   * `Listen: listen tcp ...` or `ListenPacket: listen udp ...`.
   */
  static async open(spec: ListenerSpec, target: PacketTarget): Promise<ListenerSockets> {
    const sockets = new ListenerSockets(spec, target);
    try {
      await sockets.#open(spec);
      return sockets;
    } catch (error) {
      await sockets.close();
      throw error;
    }
  }

  async #open(spec: ListenerSpec): Promise<void> {
    this.#tcp = await TcpListener.open(spec.host, spec.port, tcpLimits(spec), (data, peer, send) =>
      this.#target.serve(data, this.#client('tcp', peer), send),
    ).catch(prefixed('Listen'));
    this.#port = this.#tcp.port;
    if (spec.scheme !== 'dns') return;
    this.#udp = await UdpListener.open(spec.host, this.#port, (data, peer, send) => {
      void this.#target.serve(data, this.#client('udp', peer), send);
    }).catch(prefixed('ListenPacket'));
  }

  /** Sends packets to the query server of another configuration from now on. */
  retarget(spec: ListenerSpec, target: PacketTarget): void {
    this.#target = target;
    this.#tcp?.setLimits(tcpLimits(spec));
  }

  /** Stops listening; connections end after the reply that they wait for. */
  async close(): Promise<void> {
    await Promise.all([this.#tcp?.close(), this.#udp?.close()]);
  }

  /** Cuts connections that did not end by themselves. */
  destroy(): void {
    this.#tcp?.destroy();
  }

  #client(protocol: 'udp' | 'tcp', peer: { address: string; port: number }): Client {
    return {
      protocol,
      address: peer.address,
      port: peer.port,
      localAddress: this.#hostText,
      localPort: this.#port,
    };
  }
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

function prefixed(word: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`${word}: ${error instanceof Error ? error.message : String(error)}`);
  };
}

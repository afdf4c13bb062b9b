// A query of the short path that waits for another server: what is needed of it when its packet's memory has been given back. The
// objects are used again.

import { type DirectExchange, MAX_QUERY_OCTETS } from '../plugin/direct.ts';
import type { LateQuery } from '../plugin/direct-role.ts';
import type { Client } from '../plugin/exchange.ts';
import type { Later } from '../plugin/handler.ts';
import type { Datagram } from '../transport/datagram.ts';
import type { PacketPlace } from './direct-path.ts';

/** In an OPT record. */
const EXTENDED_RCODE_OFFSET = 5;
const MIN_UDP_SIZE = 512;

/** What a waiting query needs of its listener. */
export interface WaitingHost {
  /** Composes the reply in the datagram's memory; returns its octets, 0 when the reply that came is not plain. Never throws. */
  compose(waiting: WaitingQuery, message: Uint8Array, start: number, end: number): number;
  /** Answers on the general path. `startMs` is when the query came. */
  serve(packet: Uint8Array, client: Client, datagram: Datagram, startMs: number): Later<void>;
  /** The query has ended, and may be used for another one. */
  ended(waiting: WaitingQuery): void;
}

/** A query, its client, and the site that serves it. */
export class WaitingQuery implements LateQuery {
  readonly packet: Uint8Array = new Uint8Array(MAX_QUERY_OCTETS);
  length = 0;
  questionLength = 0;
  receiveSize = 0;
  startMs = 0;
  family: 1 | 2 = 1;
  /** Index among the sites of the listener. */
  site = 0;
  localAddress = '';
  localPort = 0;
  /** Undefined while nobody waits. */
  datagram: Datagram | undefined = undefined;
  readonly #host: WaitingHost;

  constructor(host: WaitingHost) {
    this.#host = host;
  }

  /** Takes the query over; nobody waits for it before `keep`. */
  copy(direct: DirectExchange, place: PacketPlace, site: number): void {
    const { packet } = this;
    this.length = direct.length;
    this.questionLength = direct.questionLength;
    for (let at = 0; at < direct.length; at++) packet[at] = place.packet[at] ?? 0;
    // Upper bits of a response code mean nothing in a query: the general path does not send them on, either.
    if (direct.hasEdns) packet[direct.questionLength + EXTENDED_RCODE_OFFSET] = 0;
    this.receiveSize = Math.max(direct.udpSize, MIN_UDP_SIZE);
    this.startMs = direct.startMs;
    this.family = place.family;
    this.site = site;
    this.localAddress = place.localAddress;
    this.localPort = place.localPort;
  }

  /** The client waits from now on. */
  keep(datagram: Datagram): void {
    datagram.keep();
    this.datagram = datagram;
  }

  pass(message: Uint8Array, start: number, end: number): boolean {
    const length = this.#host.compose(this, message, start, end);
    if (length === 0) return false;
    const { datagram } = this;
    datagram?.commit(length);
    this.#end();
    datagram?.release();
    return true;
  }

  leave(): void {
    const { datagram, localAddress, localPort } = this;
    if (datagram === undefined) return;
    const packet = this.packet.slice(0, this.length);
    const { address, port } = datagram;
    const client: Client = { protocol: 'udp', address, port, localAddress, localPort };
    const done = this.#host.serve(packet, client, datagram, this.startMs);
    this.#end();
    // One whose answer fails is not used again; the process sees why it failed.
    if (done instanceof Promise) void done.then(() => datagram.release());
    else datagram.release();
  }

  #end(): void {
    this.datagram = undefined;
    this.#host.ended(this);
  }
}

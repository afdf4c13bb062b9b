// The short path of a listener: answers plain queries from local data or stored replies, and passes on what other servers say,
// without an Exchange. What a chain has to do with it is compiled by server/direct-chain.ts.

import type { Clock } from '../base/clock.ts';
import { Spares } from '../base/spares.ts';
import { DirectExchange, type DirectPeer, endsInZone } from '../plugin/direct.ts';
import type { Client } from '../plugin/exchange.ts';
import type { Later } from '../plugin/handler.ts';
import { PassedReply } from '../plugin/passed-reply.ts';
import type { Datagram } from '../transport/datagram.ts';
import { compileDirect, type DirectChain } from './direct-chain.ts';
import type { LateAnswers } from './late-answers.ts';
import type { Site } from './router.ts';
import { type WaitingHost, WaitingQuery } from './waiting-query.ts';

/** Where a packet is and where its reply may be composed. Reused: fill it anew for each packet. */
export interface PacketPlace {
  /** Begins with the packet. */
  packet: Uint8Array;
  length: number;
  out: Uint8Array;
  outOffset: number;
  isTcp: boolean;
  /** 1 IPv4, 2 IPv6. */
  family: 1 | 2;
  peer: DirectPeer;
  /** The address and port that the listener is bound to, as Client has them. */
  localAddress: string;
  localPort: number;
  /** What a late reply goes to; undefined where there must be none. */
  datagram: Datagram | undefined;
}

/** Says that the reply to a packet will come later. */
export const LATE_REPLY = -1;

/** Waiting queries kept for later use: half a kilobyte each. */
const MAX_SPARE_QUERIES = 1024;

/** What the short path needs of its query server. */
export interface DirectHost {
  readonly clock: Clock;
  readonly late: LateAnswers;
  /** The general path. `startMs` is when the query came. */
  serve(
    packet: Uint8Array,
    client: Client,
    send: (reply: Uint8Array) => void,
    startMs: number,
  ): Later<void>;
  /** Takes note of an exception; the query goes the general way. */
  recover(error: unknown): void;
}

/** A site whose chain has a short path. */
interface DirectSite {
  readonly zone: Uint8Array;
  /** Undefined: the site is served the general way, and hides shorter zones from the short path. */
  readonly chain: DirectChain | undefined;
}

/** Answers plain queries of one listener. */
export class DirectPath implements WaitingHost {
  readonly #server: string;
  readonly #sites: readonly DirectSite[];
  readonly #host: DirectHost;
  readonly #exchange: DirectExchange = new DirectExchange();
  readonly #reply: PassedReply = new PassedReply();
  readonly #spares: Spares<WaitingQuery> = new Spares(MAX_SPARE_QUERIES);

  private constructor(server: string, sites: readonly DirectSite[], host: DirectHost) {
    this.#server = server;
    this.#sites = sites;
    this.#host = host;
  }

  /** The short path of these sites (longest zones first), undefined when none of them has one. */
  static compile(server: string, sites: readonly Site[], host: DirectHost): DirectPath | undefined {
    const direct = sites.map(({ zone, block }) => ({ zone, chain: compileDirect(block) }));
    if (direct.every((site) => site.chain === undefined)) return undefined;
    return new DirectPath(server, direct, host);
  }

  /** Composes the reply to a packet. Returns its octets, 0 when the packet must go the general way, or LATE_REPLY. */
  answer(place: PacketPlace): number {
    const direct = this.#exchange;
    if (!direct.read(place.packet, 0, place.length)) return 0;
    const index = this.#siteOf(direct);
    const chain = this.#sites[index]?.chain;
    if (chain === undefined) return 0;
    direct.isTcp = place.isTcp;
    direct.family = place.family;
    direct.peer = place.peer;
    direct.localAddress = place.localAddress;
    for (const passes of chain.screens) if (!passes(direct)) return 0;
    direct.startMs = this.#host.clock.monotonicMs();
    direct.nowMs = direct.startMs;
    direct.beginTurn(chain.rotates);
    direct.server = this.#server;
    if (answered(direct, place, chain)) return this.#end(direct, chain);
    if (chain.recall === undefined) return 0;
    direct.begin(place.out, place.outOffset);
    const recall = chain.recall(direct);
    if (recall === 'answered') return this.#end(direct, chain);
    return recall === 'missing' && this.#ask(place, index, chain) ? LATE_REPLY : 0;
  }

  #end(direct: DirectExchange, { counters }: DirectChain): number {
    const length = direct.end();
    if (counters.length > 0) {
      direct.endMs = this.#host.clock.monotonicMs();
      for (const count of counters) count(direct);
    }
    return length;
  }

  #siteOf({ name, nameLength }: DirectExchange): number {
    const sites = this.#sites;
    for (let at = 0; at < sites.length; at++)
      if (endsInZone(name, nameLength, sites[at]?.zone ?? NOWHERE)) return at;
    return -1;
  }

  /** Asks another server for what nobody here knows. */
  #ask(place: PacketPlace, site: number, { asking }: DirectChain): boolean {
    const { datagram } = place;
    if (asking === undefined || datagram === undefined) return false;
    const direct = this.#exchange;
    for (const passes of asking.screens) if (!passes(direct)) return false;
    const waiting = this.#spares.take() ?? new WaitingQuery(this);
    waiting.copy(direct, place, site);
    if (!asking.ask(direct, waiting)) {
      this.#spares.giveBack(waiting);
      return false;
    }
    waiting.keep(datagram);
    this.#host.late.begin();
    return true;
  }

  compose(waiting: WaitingQuery, message: Uint8Array, start: number, end: number): number {
    try {
      return this.#compose(waiting, message, start, end);
    } catch (error) {
      this.#host.recover(error);
      return 0;
    }
  }

  #compose(waiting: WaitingQuery, message: Uint8Array, start: number, end: number): number {
    const { datagram } = waiting;
    const chain = this.#sites[waiting.site]?.chain;
    if (datagram === undefined || chain?.asking === undefined) return 0;
    const direct = this.#exchange;
    const reply = this.#reply;
    direct.read(waiting.packet, 0, waiting.length);
    direct.isTcp = false;
    direct.family = waiting.family;
    direct.peer = datagram;
    direct.localAddress = waiting.localAddress;
    direct.server = this.#server;
    direct.beginTurn(chain.rotates);
    direct.startMs = waiting.startMs;
    direct.nowMs = this.#host.clock.monotonicMs();
    for (const passes of chain.screens) if (!passes(direct)) return 0;
    direct.begin(datagram.out, datagram.outOffset);
    if (!reply.read(direct, message, start, end)) return 0;
    chain.asking.keep(direct, reply);
    return this.#end(direct, chain);
  }

  serve(packet: Uint8Array, client: Client, datagram: Datagram, startMs: number): Later<void> {
    const { serve, late } = this.#host;
    return late.track(serve(packet, client, datagram.send, startMs));
  }

  ended(waiting: WaitingQuery): void {
    this.#spares.giveBack(waiting);
    this.#host.late.end();
  }
}

/** Longer than any name. */
const NOWHERE = new Uint8Array(256);

function answered(direct: DirectExchange, place: PacketPlace, chain: DirectChain): boolean {
  if (chain.answer === undefined || (direct.hasCapitals && chain.lowersNames(direct))) return false;
  direct.begin(place.out, place.outOffset);
  return chain.answer(direct);
}

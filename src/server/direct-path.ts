// Compiles the short path of a listener: which plain queries can be answered from local data or stored replies without an Exchange, and
// who counts them. Decided once a configuration; a chain with a handler that has no part in it keeps the general path.

import type { Clock } from '../base/clock.ts';
import { DirectExchange, type DirectPeer, type DirectRole, endsInZone } from '../plugin/direct.ts';
import { isQueryFilter } from '../plugin/query-filter.ts';
import type { Block, Site } from './router.ts';

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
  /** The address that the listener is bound to, as Client has it. */
  localAddress: string;
}

/** What a chain does on the short path. */
interface DirectChain {
  readonly screens: readonly ((direct: DirectExchange) => boolean)[];
  /** From local data; undefined where no handler has any. */
  readonly answer: ((direct: DirectExchange) => boolean) | undefined;
  /** From stored replies, where local data had no answer. */
  readonly recall: ((direct: DirectExchange) => boolean) | undefined;
  readonly counters: readonly ((direct: DirectExchange) => void)[];
  readonly rotates: boolean;
  /** Whether a name with capitals must go the general way. */
  readonly lowersNames: (direct: DirectExchange) => boolean;
}

/** A site whose chain has a short path. */
interface DirectSite {
  readonly zone: Uint8Array;
  readonly label: string;
  /** Undefined: the site is served the general way, and hides shorter zones from the short path. */
  readonly chain: DirectChain | undefined;
}

/** Answers plain queries of one listener. */
export class DirectPath {
  readonly #server: string;
  readonly #sites: readonly DirectSite[];
  readonly #clock: Clock;
  readonly #exchange: DirectExchange = new DirectExchange();

  private constructor(server: string, sites: readonly DirectSite[], clock: Clock) {
    this.#server = server;
    this.#sites = sites;
    this.#clock = clock;
  }

  /** The short path of these sites (longest zones first), undefined when none of them has one. */
  static compile(server: string, sites: readonly Site[], clock: Clock): DirectPath | undefined {
    const direct = sites.map(({ zone, label, block }) => ({
      zone,
      label,
      chain: compileChain(block),
    }));
    if (direct.every((site) => site.chain === undefined)) return undefined;
    return new DirectPath(server, direct, clock);
  }

  /** Composes the reply to a packet. Returns its octets, 0 when the packet must go the general way. */
  answer(place: PacketPlace): number {
    const direct = this.#exchange;
    if (!direct.read(place.packet, 0, place.length)) return 0;
    const site = this.#siteOf(direct);
    const chain = site?.chain;
    if (site === undefined || chain === undefined) return 0;
    direct.isTcp = place.isTcp;
    direct.family = place.family;
    direct.peer = place.peer;
    direct.localAddress = place.localAddress;
    for (const passes of chain.screens) if (!passes(direct)) return 0;
    if (chain.counters.length > 0) direct.startMs = this.#clock.monotonicMs();
    if (chain.rotates) direct.rotation = (direct.rotation + 1) & 0xffff;
    direct.rotates = chain.rotates;
    direct.server = this.#server;
    if (!(answered(direct, place, chain) || recalled(direct, place, chain))) return 0;
    const length = direct.end();
    if (chain.counters.length > 0) this.#count(direct, site.label, chain);
    return length;
  }

  #count(direct: DirectExchange, zone: string, { counters }: DirectChain): void {
    direct.zone = zone;
    for (const count of counters) count(direct);
  }

  #siteOf({ name, nameLength }: DirectExchange): DirectSite | undefined {
    for (const site of this.#sites) if (endsInZone(name, nameLength, site.zone)) return site;
    return undefined;
  }
}

function answered(direct: DirectExchange, place: PacketPlace, chain: DirectChain): boolean {
  if (chain.answer === undefined || (direct.hasCapitals && chain.lowersNames(direct))) return false;
  direct.begin(place.out, place.outOffset);
  return chain.answer(direct);
}

function recalled(direct: DirectExchange, place: PacketPlace, { recall }: DirectChain): boolean {
  if (recall === undefined) return false;
  direct.begin(place.out, place.outOffset);
  return recall(direct);
}

/** Which queries a view takes is decided for a whole exchange: such a block has no short path. */
function compileChain({ chain: { handlers } }: Block): DirectChain | undefined {
  if (handlers.some(isQueryFilter)) return undefined;
  const roles = handlers.map((handler) => handler.directRole);
  const end = roles.findIndex((role) => role === undefined || role.kind === 'answer');
  const before = end < 0 ? roles : roles.slice(0, end);
  const limits = before.filter((role) => isRole(role, 'limit'));
  const last = answering(roles[end], limits);
  // Of several caches the first one answers.
  const recall = limits[0]?.recall;
  if (last === undefined && recall === undefined) return undefined;
  return {
    screens: before
      .filter((role) => isRole(role, 'screen') || isRole(role, 'watch'))
      .map((role) => (direct) => role.passes(direct)),
    counters: before
      .filter((role) => isRole(role, 'count') || isRole(role, 'watch'))
      .map((role) => (direct) => role.count(direct)),
    answer: last && ((direct) => last.answer(direct)),
    recall,
    rotates: before.some((role) => isRole(role, 'rotate')),
    lowersNames: (direct) => limits.some((role) => role.lowersNames(direct)),
  };
}

/** The role, if it answers and all its TTLs pass the caches in front unchanged. */
function answering(
  role: DirectRole | undefined,
  limits: readonly RoleOf<'limit'>[],
): RoleOf<'answer'> | undefined {
  if (!isRole(role, 'answer')) return undefined;
  return limits.every((limit) => isWithin(role, limit)) ? role : undefined;
}

type RoleOf<Kind extends DirectRole['kind']> = Extract<DirectRole, { readonly kind: Kind }>;

function isRole<Kind extends DirectRole['kind']>(
  role: DirectRole | undefined,
  kind: Kind,
): role is RoleOf<Kind> {
  return role?.kind === kind;
}

function isWithin(
  { lowestTtl, highestTtl }: RoleOf<'answer'>,
  { minTtl, maxTtl }: RoleOf<'limit'>,
): boolean {
  return lowestTtl >= minTtl && highestTtl <= maxTtl;
}

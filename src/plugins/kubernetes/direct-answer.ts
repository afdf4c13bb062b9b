// The kubernetes plugin on the short path (plugin/direct.ts): A, AAAA, SRV and PTR of names in the table, and the
// negative answers of these types, written straight into the reply. The general path in kubernetes.ts answers the same
// bytes and everything else: external names, pods that spell their address, apex and ns.dns, fallthrough.

import { RRType } from '../../dns/codes/rr-type.ts';
import type { Name } from '../../dns/name.ts';
import type { SharedState } from '../../names/shared-state.ts';
import type { NameTableReader } from '../../names/table-reader.ts';
import { turnOf } from '../../plugin/address-turns.ts';
import { type DirectExchange, endsInZone } from '../../plugin/direct.ts';
import type { NameFinder } from './name-finder.ts';
import { beginsAsNameServer } from './name-server-name.ts';
import { readReverseAddress } from './reverse-octets.ts';
import { SoaTemplate } from './soa-template.ts';
import { type BlockZone, serialKind } from './zone.ts';

const NXDOMAIN = 3;
const SRV_HEAD = 6;

/** What the short path shares with its handler. */
export interface DirectParts {
  /** Zones of the block, longest first. */
  readonly zones: readonly BlockZone[];
  readonly primaryZone: Name;
  readonly fallthrough: readonly Name[] | undefined;
  readonly state: SharedState;
  readonly table: NameTableReader;
  readonly finder: NameFinder;
  readonly ttl: number;
}

/** A zone of the block with what its negative answers say. */
interface DirectZone extends BlockZone {
  readonly soa: SoaTemplate;
}

/** Answers plain queries of one block. */
export class DirectAnswer {
  readonly #parts: DirectParts;
  readonly #zones: readonly DirectZone[];
  readonly #addressKey: Uint8Array = new Uint8Array(18);
  /** Whether the table was complete before the query at hand was looked up; it stays so. */
  #isComplete: boolean;

  constructor(parts: DirectParts) {
    this.#parts = parts;
    this.#zones = parts.zones.map((zone) => ({
      ...zone,
      soa: new SoaTemplate(zone.name, parts.ttl),
    }));
    this.#isComplete = parts.state.isSynced;
  }

  /** False leaves the query to the general path. */
  answer(direct: DirectExchange): boolean {
    const zone = this.#zoneOf(direct);
    if (zone === undefined) return false;
    const { table } = this.#parts;
    table.enter();
    const isDone = this.#answerType(direct, zone);
    table.leave();
    return isDone;
  }

  #zoneOf({ name, nameLength }: DirectExchange): DirectZone | undefined {
    for (const zone of this.#zones) if (endsInZone(name, nameLength, zone.name)) return zone;
    return undefined;
  }

  #answerType(direct: DirectExchange, zone: DirectZone): boolean {
    switch (direct.type) {
      case RRType.A:
      case RRType.AAAA:
      case RRType.SRV:
        return this.#forward(direct, zone);
      case RRType.PTR:
        return this.#reverse(direct, zone);
      default:
        return false;
    }
  }

  #forward(direct: DirectExchange, zone: DirectZone): boolean {
    const relative = direct.nameLength - zone.name.length;
    // Zones above or in the reverse tree have rules of their own; ns.dns and the apex are the general path's.
    if (zone.holdsReverse || relative === 0 || beginsAsNameServer(direct.name)) return false;
    const { finder } = this.#parts;
    const finding = finder.findPlain(direct.name, direct.nameLength, zone);
    if (finding === 'unsure') return false;
    if (finding === 'missing') return this.#negative(direct, zone, NXDOMAIN);
    if (finding !== 'found') return this.#negative(direct, zone, 0);
    if (direct.type === RRType.SRV) return this.#services(direct, zone);
    return this.#addresses(direct, zone);
  }

  #addresses(direct: DirectExchange, zone: DirectZone): boolean {
    const { node } = this.#parts.finder;
    if (node.hostCount > 0) return false;
    const isIpv6 = direct.type === RRType.AAAA;
    const count = isIpv6 ? node.ipv6Count : node.ipv4Count;
    if (count === 0) return this.#negative(direct, zone, 0);
    const first = isIpv6 ? node.ipv4Count : 0;
    const length = isIpv6 ? 16 : 4;
    if (!direct.fits((direct.nameLength + 10 + length) * (count - 1) + direct.nameLength, length)) {
      return false;
    }
    let index = direct.rotates ? turnOf(direct.rotation, count) : 0;
    for (let i = 0; i < count; i++) {
      direct.answerRecord(direct.type, this.#parts.ttl, length);
      direct.octets(node.bytes, node.addressOffset(first + index), length);
      index = index + 1 === count ? 0 : index + 1;
    }
    return true;
  }

  #services(direct: DirectExchange, zone: DirectZone): boolean {
    const { node } = this.#parts.finder;
    const { ttl } = this.#parts;
    if (node.serviceCount === 0) return this.#negative(direct, zone, 0);
    const skipped = direct.nameLength - zone.name.length;
    for (let i = 0; i < node.serviceCount; i++) {
      const length = this.#targetLength(node.serviceTarget(i), zone.name.length);
      if (length > 255 || !direct.fits(direct.nameLength, SRV_HEAD + length)) return false;
      direct.answerRecord(RRType.SRV, ttl, SRV_HEAD + length);
      direct.u16(0);
      direct.u16(node.weight);
      direct.u16(node.servicePort(i));
      this.#target(direct, node.serviceTarget(i));
      direct.suffix(skipped);
    }
    for (let i = 0; i < node.extraCount; i++) {
      const target = node.extraTarget(i);
      const address = node.extraAddress(i);
      const isIpv6 = node.isIpv6(address);
      const dataLength = isIpv6 ? 16 : 4;
      if (!direct.fits(this.#targetLength(target, zone.name.length), dataLength)) return false;
      this.#target(direct, target);
      direct.suffix(skipped);
      direct.additionalRecord(isIpv6 ? RRType.AAAA : RRType.A, ttl, dataLength);
      direct.octets(node.bytes, node.addressOffset(address), dataLength);
    }
    return true;
  }

  #targetLength(target: number, zoneLength: number): number {
    const { node } = this.#parts.finder;
    return node.targetLength(target) + node.suffixLength + zoneLength;
  }

  /** The labels of a target without the zone. */
  #target(direct: DirectExchange, target: number): void {
    const { node } = this.#parts.finder;
    direct.octets(node.bytes, node.targetOffset(target), node.targetLength(target));
    direct.octets(node.bytes, node.suffixOffset, node.suffixLength);
  }

  #reverse(direct: DirectExchange, zone: DirectZone): boolean {
    // An address may get more names yet.
    if (this.#parts.state.isFilling) return false;
    const length = readReverseAddress(direct.name, direct.nameLength, this.#addressKey);
    if (length === 0) return false;
    const { finder, primaryZone, ttl } = this.#parts;
    const { node } = finder;
    if (!finder.findReverse(this.#addressKey, length))
      return this.#negative(direct, zone, NXDOMAIN);
    for (let i = 0; i < node.targetCount; i++) {
      const size = this.#targetLength(i, primaryZone.length);
      if (size > 255 || !direct.fits(direct.nameLength, size)) return false;
      direct.answerRecord(RRType.PTR, ttl, size);
      this.#target(direct, i);
      direct.octets(primaryZone, 0, primaryZone.length);
    }
    return node.targetCount > 0;
  }

  /** The rest of the table may have come since the look, so what is complete now counts for the next query. */
  #leaveMissing(): boolean {
    this.#isComplete = this.#parts.state.isSynced;
    return false;
  }

  /** NXDOMAIN or NODATA with the zone's SOA. */
  #negative(direct: DirectExchange, zone: DirectZone, rcode: number): boolean {
    const { state, fallthrough } = this.#parts;
    if (rcode === NXDOMAIN) {
      if (!this.#isComplete) return this.#leaveMissing();
      if (direct.fallsThrough(fallthrough)) return false;
    }
    direct.rcode = rcode;
    return zone.soa.append(direct, state.serial(serialKind(zone)));
  }
}

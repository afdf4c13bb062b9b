// The serving half of the kubernetes plugin: answers queries for the zones of a cluster from the block's name table. Synchronous,
// unless an ExternalName leads to another plugin. No objects and no API here; what a name means is in name-finder.ts.
// Sections, response codes and fallthrough follow plugin/kubernetes/handler.go.

import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { equalNames, type Name, parseName, ROOT } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { ClientPod } from '../../names/client-node.ts';
import { SharedState } from '../../names/shared-state.ts';
import { NameTableReader } from '../../names/table-reader.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { ExternalNames, ExternalNamesOwner } from '../../plugin/external-names.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { Metadata, MetadataProvider } from '../../plugin/metadata.ts';
import type { Reply } from '../../plugin/reply.ts';
import type { SearchPathProvider } from '../../plugin/search-path.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import type { ZoneSource } from '../../plugin/zone-source.ts';
import { fallsThrough, zoneNames } from '../../plugin/zones.ts';
import { type AddressLookup, answerAddresses } from './address-answer.ts';
import { DirectAnswer } from './direct-answer.ts';
import { ExternalTable } from './external-table.ts';
import { FillingWait } from './filling-wait.ts';
import { clientMetadata, nameMetadata } from './metadata.ts';
import { type Finding, NameFinder } from './name-finder.ts';
import { isNameServerName } from './name-server-name.ts';
import type { KubernetesServingOptions } from './options.ts';
import { reverseAddress } from './reverse-name.ts';
import {
  type AddressItem,
  addressItems,
  extraRecords,
  MAX_SOA_TTL,
  record,
  soaRecord,
  srvRecords,
  targetRecords,
  versionRecord,
} from './rrsets.ts';
import { podSearchPath } from './search-path.ts';
import { type AskedZone, askedZone, type BlockZone, blockZones, serialKind } from './zone.ts';
import { ClusterTransfers } from './zone-transfer.ts';

/** `dns-version` in wire form, relative to the zone. */
const VERSION_LABELS: Uint8Array = new TextEncoder().encode('\x0bdns-version');

/** What services have. */
const EARLY_TYPES: ReadonlySet<number> = new Set([RRType.A, RRType.AAAA, RRType.SRV]);

/** What a query is answered with: a reason why not, or records for the answer and additional sections. */
type Answer =
  | 'nxdomain'
  | 'nodata'
  | {
      readonly records: readonly ResourceRecord[];
      readonly extras?: readonly ResourceRecord[];
      readonly isTruncated?: boolean;
    };

/** Answers for one kubernetes block. */
export class KubernetesHandler
  implements Handler, MetadataProvider, SearchPathProvider, ZoneSource, ExternalNamesOwner
{
  readonly name = 'kubernetes';
  readonly #options: KubernetesServingOptions;
  readonly #zones: readonly BlockZone[];
  readonly #primaryZone: Name;
  readonly #fallthrough: readonly Name[] | undefined;
  /** Search list of the host. */
  readonly #hostSearch: readonly Name[];
  readonly #state: SharedState;
  readonly #filling: FillingWait;
  readonly #table: NameTableReader;
  readonly #finder: NameFinder;
  readonly #next: Handler;
  readonly #addresses: AddressLookup;
  readonly directRole: DirectRole;
  readonly externalNames: ExternalNames;
  readonly #transfers: ClusterTransfers;

  constructor(options: KubernetesServingOptions, next: Handler, context: ServingContext) {
    const { zones, multiclusterZones, fallthrough, table, ttl } = options;
    this.#options = options;
    this.#zones = blockZones(zoneNames(zones), zoneNames(multiclusterZones));
    this.#primaryZone = parseName(options.primaryZone) ?? ROOT;
    this.#fallthrough = fallthrough === undefined ? undefined : zoneNames(fallthrough);
    this.#hostSearch = zoneNames(options.hostSearch);
    this.#state = new SharedState(options.state);
    this.#filling = new FillingWait(this.#state, options.filledChannel, context);
    this.#table = new NameTableReader(table, context.readerIndex);
    this.#finder = new NameFinder(this.#table, options);
    this.#next = next;
    this.#addresses = {
      ttl,
      items: (name, owner, type, zone) => this.#items(name, owner, type, zone),
      lookup: (exchange, name, type) => context.lookup(exchange, name, type),
    };
    this.externalNames = new ExternalTable(options, context);
    this.#transfers = new ClusterTransfers(options, context);
    const direct = new DirectAnswer({
      zones: this.#zones.toSorted((a, b) => b.labels - a.labels),
      primaryZone: this.#primaryZone,
      fallthrough: this.#fallthrough,
      state: this.#state,
      table: this.#table,
      finder: this.#finder,
      ttl,
    });
    const names = this.#zones.map(({ name }) => name);
    this.directRole = {
      kind: 'answer',
      lowestTtl: Math.min(ttl, MAX_SOA_TTL),
      highestTtl: ttl,
      answer: (query) => direct.answer(query),
      passes: (query) => !query.isInSome(names),
    };
  }

  /** A promise only when an ExternalName has to be asked elsewhere, or when the first state is still arriving. */
  serve(exchange: Exchange): Later<Outcome> {
    const zone = askedZone(this.#zones, exchange.name, exchange.askedName);
    if (zone === undefined) return this.#next.serve(exchange);
    if (this.#filling.isOn && !this.#isEarly(exchange, zone)) {
      return this.#filling.hold(() => this.#serve(exchange, zone));
    }
    return this.#serve(exchange, zone);
  }

  /** Whether a query is for a service that is in the table while the rest is still arriving: nothing will change its answer. */
  #isEarly({ name, type }: Exchange, zone: AskedZone): boolean {
    if (!EARLY_TYPES.has(type) || zone.holdsReverse || isNameServerName(name, zone.spelling)) {
      return false;
    }
    this.#table.enter();
    const finding = this.#finder.findPlain(name, name.length, zone);
    this.#table.leave();
    return finding === 'found';
  }

  #serve(exchange: Exchange, zone: AskedZone): Later<Outcome> {
    if (exchange.type === RRType.AXFR || exchange.type === RRType.IXFR) return Rcode.REFUSED;
    // Asked before the table is: the rest may come between the look and the answer.
    const missing = this.#state.isSynced ? Rcode.NXDOMAIN : Rcode.SERVFAIL;
    return after(this.#answer(exchange, zone), (answer) =>
      answer === 'nxdomain'
        ? this.#replyMissing(exchange, zone, missing)
        : this.#reply(exchange.reply, zone, answer),
    );
  }

  transfer(zone: Name, serial: number): Later<readonly ResourceRecord[] | undefined> {
    return this.#transfers.transfer(zone, serial);
  }

  addMetadata({ name, askedName, client }: Exchange, metadata: Metadata): void {
    const pod = this.#clientPod(client.address);
    if (pod !== undefined) clientMetadata(metadata, pod);
    const zone = askedZone(this.#zones, name, askedName);
    if (zone === undefined) return;
    const { isMulticluster } = zone;
    nameMetadata(metadata, name, zone.name, { isZonal: this.#options.isZonal, isMulticluster });
  }

  searchPath({ name, askedName, client }: Exchange): readonly Name[] | undefined {
    const zone = askedZone(this.#zones, name, askedName);
    if (zone === undefined) return undefined;
    const pod = this.#clientPod(client.address);
    if (pod === undefined) return undefined;
    return podSearchPath(pod.namespace, zone.name, this.#hostSearch);
  }

  /** The pod that asks, where pods are verified. */
  #clientPod(addressText: string): ClientPod | undefined {
    if (this.#options.pods !== 'verified') return undefined;
    this.#table.enter();
    const pod = this.#finder.findClient(addressText);
    this.#table.leave();
    return pod;
  }

  /**
   * Everything but addresses is one look at the table. A throw in between would leave the reader marked until its next query,
   * which delays the reuse of freed space and nothing else.
   */
  #answer(exchange: Exchange, zone: AskedZone): Later<Answer> {
    if (exchange.type !== RRType.A && exchange.type !== RRType.AAAA) {
      this.#table.enter();
      const answer = this.#answerType(exchange, zone);
      this.#table.leave();
      return answer;
    }
    const { askedName, type } = exchange;
    const question = { exchange, type, zone };
    const found = answerAddresses(question, askedName, [], this.#addresses);
    return after(found, (answer) => answer ?? 'nxdomain');
  }

  #answerType({ name, askedName, type }: Exchange, zone: AskedZone): Answer {
    const isApex = name.length === zone.name.length;
    switch (type) {
      case RRType.SOA:
        return isApex ? { records: [this.#soa(zone)] } : 'nodata';
      case RRType.NS:
        return isApex && zone.isSpelledLower
          ? this.#nameServers(askedName, zone)
          : this.#existence(name, zone);
      case RRType.TXT:
        return this.#text(name, askedName, zone);
      case RRType.SRV:
        return this.#services(name, askedName, zone);
      case RRType.CNAME:
        return this.#canonicalName(name, askedName, zone);
      case RRType.PTR:
        return this.#pointers(name, askedName, zone);
      default:
        return this.#existence(name, zone);
    }
  }

  /** NODATA or NXDOMAIN, for types that no name has. */
  #existence(name: Name, zone: AskedZone): Answer {
    if (isNameServerName(name, zone.spelling)) return 'nodata';
    return this.#finder.find(name, zone) === 'missing' ? 'nxdomain' : 'nodata';
  }

  /** NS of the apex. Its targets and their addresses come from the control thread, see records/name-servers.ts. */
  #nameServers(owner: Name, zone: AskedZone): Answer {
    const { node } = this.#finder;
    if (this.#finder.findNameServers() !== 'found') return 'nodata';
    const { ttl } = this.#options;
    const targets = node.targetNames(zone.spelling);
    return {
      records: targetRecords(targets, RRType.NS, owner, ttl),
      extras: extraRecords(node, targets, ttl),
    };
  }

  /** Names without records of any type are no names for TXT queries, zonal ones excepted. */
  #text(name: Name, owner: Name, zone: AskedZone): Answer {
    if (isRelative(name, zone, VERSION_LABELS)) return { records: [versionRecord(owner)] };
    const finding = this.#finder.find(name, zone);
    return finding === 'found' || finding === 'zonal' ? 'nodata' : 'nxdomain';
  }

  /** SRV with the addresses of its targets; weights and duplicates were settled when the value was written. */
  #services(name: Name, owner: Name, zone: AskedZone): Answer {
    if (isNameServerName(name, zone.spelling)) return 'nodata';
    const finding = this.#finder.find(name, zone);
    if (finding !== 'found') return finding === 'missing' ? 'nxdomain' : 'nodata';
    const { node } = this.#finder;
    const { ttl } = this.#options;
    const targets = node.targetNames(zone.spelling);
    return {
      records: srvRecords(node, targets, owner, ttl),
      extras: extraRecords(node, targets, ttl),
    };
  }

  /** Only a name whose first entry is a host has a CNAME; addresses before it hide it, as in CoreDNS. */
  #canonicalName(name: Name, owner: Name, zone: AskedZone): Answer {
    if (isNameServerName(name, zone.spelling)) return 'nodata';
    const finding = this.#finder.find(name, zone);
    if (finding === 'missing') return 'nxdomain';
    const { node } = this.#finder;
    const target = finding === 'found' && node.isHostFirst ? node.hosts(false)[0]?.name : undefined;
    if (target === undefined) return 'nodata';
    return { records: [record(owner, RRType.CNAME, this.#options.ttl, target)] };
  }

  /** Reverse names have targets in the primary zone, whichever reverse zone the query is in. */
  #pointers(name: Name, owner: Name, zone: AskedZone): Answer {
    const address = reverseAddress(name);
    if (address === undefined) {
      return this.#finder.find(name, zone) === 'missing' ? 'nxdomain' : 'nodata';
    }
    if (this.#finder.findAddress(address) !== 'found') return 'nxdomain';
    const targets = this.#finder.node.targetNames(this.#primaryZone);
    return { records: targetRecords(targets, RRType.PTR, owner, this.#options.ttl) };
  }

  /** Brackets its own look at the table: a chase may wait between two names. */
  #items(
    name: Name,
    owner: Name,
    type: number,
    zone: AskedZone,
  ): readonly AddressItem[] | undefined {
    this.#table.enter();
    const items = isNameServerName(name, zone.spelling)
      ? (this.#itemsOf(this.#finder.findNameServers(), type, owner) ?? [])
      : this.#itemsOf(this.#finder.find(name, zone), type, owner);
    this.#table.leave();
    return items;
  }

  #itemsOf(finding: Finding, type: number, owner: Name): readonly AddressItem[] | undefined {
    if (finding === 'missing') return undefined;
    if (finding !== 'found') return [];
    return addressItems(this.#finder.node, type, owner, this.#options.ttl);
  }

  /** Only names that do not exist can fall through, and only they are uncertain while the first state is missing. */
  #replyMissing(exchange: Exchange, zone: AskedZone, rcode: number): Later<Outcome> {
    if (fallsThrough(this.#fallthrough, exchange.name)) return this.#next.serve(exchange);
    return this.#negative(exchange.reply, zone, rcode);
  }

  #reply(reply: Reply, zone: AskedZone, answer: Exclude<Answer, 'nxdomain'>): Outcome {
    if (answer === 'nodata' || answer.records.length === 0) {
      return this.#negative(reply, zone, Rcode.NOERROR);
    }
    reply.isLocal = true;
    reply.isAuthoritative = true;
    reply.isTruncated = answer.isTruncated ?? false;
    reply.answer.push(...answer.records);
    reply.additional.push(...(answer.extras ?? []));
    return reply.write(Rcode.NOERROR);
  }

  /** CoreDNS's BackendError: written with any code, so the outcome is success. */
  #negative(reply: Reply, zone: AskedZone, rcode: number): Outcome {
    reply.isLocal = true;
    reply.isAuthoritative = true;
    reply.authority.push(this.#soa(zone));
    reply.write(rcode);
    return Rcode.NOERROR;
  }

  #soa(zone: AskedZone): ResourceRecord {
    return soaRecord(zone.spelling, this.#state.serial(serialKind(zone)), this.#options.ttl);
  }
}

function isRelative(name: Name, zone: AskedZone, labels: Uint8Array): boolean {
  if (name.length !== zone.name.length + labels.length) return false;
  return equalNames(name.subarray(0, labels.length), labels);
}

/** Makes handlers from the options of setup.ts. */
export const kubernetesServing: ServingPlugin = {
  name: 'kubernetes',
  create: (options, next, context) =>
    new KubernetesHandler(options as KubernetesServingOptions, next, context),
};

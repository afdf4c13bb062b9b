// Zones of a cluster, whole, for plugin transfer (plugin/kubernetes/xfr.go). SOA and name servers are made here; the names
// come from the control thread, which has the objects. Not on the path of queries.

import { RRType } from '../../dns/codes/rr-type.ts';
import { equalNames, type Name } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { SharedState } from '../../names/shared-state.ts';
import { NameTableReader } from '../../names/table-reader.ts';
import type { Later } from '../../plugin/handler.ts';
import type { ServingContext } from '../../plugin/serving.ts';
import type { ZoneSource } from '../../plugin/zone-source.ts';
import { zoneNames } from '../../plugin/zones.ts';
import { unpackRecords } from '../../zone/packed-records.ts';
import { NameFinder } from './name-finder.ts';
import type { KubernetesServingOptions, TransferQuestion } from './options.ts';
import { extraRecords, record, soaRecord } from './rrsets.ts';
import { askedZone, type BlockZone, blockZones } from './zone.ts';

/** Gives the zones of one block away. */
export class ClusterTransfers implements ZoneSource {
  readonly #options: KubernetesServingOptions;
  readonly #context: Pick<ServingContext, 'ask'>;
  readonly #zones: readonly BlockZone[];
  readonly #state: SharedState;
  readonly #table: NameTableReader;
  readonly #finder: NameFinder;

  constructor(
    options: KubernetesServingOptions,
    context: Pick<ServingContext, 'ask' | 'readerIndex'>,
  ) {
    this.#options = options;
    this.#context = context;
    this.#zones = blockZones(zoneNames(options.zones), zoneNames(options.multiclusterZones));
    this.#state = new SharedState(options.state);
    this.#table = new NameTableReader(options.table, context.readerIndex);
    this.#finder = new NameFinder(this.#table, options);
  }

  /** Any name below a zone of the block is taken for a zone of its own, with the names of the whole cluster in it. */
  transfer(name: Name, serial: number): Later<readonly ResourceRecord[] | undefined> {
    const zone = askedZone(this.#zones, name, name);
    if (zone === undefined) return undefined;
    // Of multicluster zones, too: CoreDNS does not look at the zone here.
    const current = this.#state.serial('cluster');
    const soa = soaRecord(name, current, this.#options.ttl);
    if (serial !== 0 && serial === current) return [soa];
    const question: TransferQuestion = { zone: name, isMulticluster: zone.isMulticluster };
    return this.#context.ask(this.#options.transferChannel, question).then((answer) => {
      const names = answer instanceof SharedArrayBuffer ? unpackRecords(answer) : [];
      return [soa, ...this.#nameServers(name), ...names, soa];
    });
  }

  /** NS set and addresses; CoreDNS forgets to set a TTL for these addresses. */
  #nameServers(zone: Name): ResourceRecord[] {
    this.#table.enter();
    const isThere = this.#finder.findNameServers() === 'found';
    const { node } = this.#finder;
    const addresses = isThere ? extraRecords(node, node.targetNames(zone), 0) : [];
    this.#table.leave();
    const servers: Name[] = [];
    for (const { name } of addresses) {
      if (!servers.some((server) => equalNames(server, name))) servers.push(name);
    }
    const { ttl } = this.#options;
    return [...servers.map((server) => record(zone, RRType.NS, ttl, server)), ...addresses];
  }
}

// The name servers of the zones: the Service that this server is an endpoint of, or else the machine's own addresses under
// `ns.dns` (nsAddrs of plugin/kubernetes/ns.go). One value for all zones, as its targets are relative.

import { formatIp, parseIp, unmapIp } from '../../base/ip.ts';
import { type ExternalEntry, encodeExternal } from '../../names/external-node.ts';
import { EXTERNAL_SERVER_KEY, NAME_SERVER_KEY } from '../../names/node-keys.ts';
import { EMPTY_NODE, encodeNode, type NodeExtra } from '../../names/node-writer.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import type { ServiceObject } from '../objects/service.ts';
import { endpointName } from './endpoint-name.ts';
import { AddressSet, NO_PORT, TargetList } from './entry.ts';
import { externalEntry } from './external-records.ts';
import { holdsAddress, sliceAddresses } from './object-addresses.ts';
import type { TableRecords } from './table-records.ts';

/** Only addresses count here. */
const UNNAMED_PORT = { name: '', port: NO_PORT, protocol: '' };

/** Where the cluster's objects are looked up. */
export interface NameServerLookup {
  readonly usesPodNames: boolean;
  slicesOf(address: string): readonly EndpointSliceObject[];
  service(namespace: string, name: string): ServiceObject | undefined;
  /** Keeps the external addresses as well; of headless services, the endpoints if wanted. */
  readonly external?: { readonly hasHeadless: boolean } | undefined;
}

/** Keeps the name server record up to date. */
export class NameServers {
  readonly #records: TableRecords;
  readonly #lookup: NameServerLookup;
  #localAddresses: readonly string[] = [];
  /** The services that the last state came from, as `namespace/name`. */
  #owners: ReadonlySet<string> = new Set();

  constructor(records: TableRecords, lookup: NameServerLookup) {
    this.#records = records;
    this.#lookup = lookup;
  }

  /** Sets the addresses under which this server may be known in the cluster, as canonical texts. */
  setLocalAddresses(addresses: readonly string[]): void {
    this.#localAddresses = addresses;
    this.#refresh();
  }

  /** A service has changed. */
  changeService(service: ServiceObject): void {
    if (this.#owners.size === 0) return;
    if (this.#owners.has(`${service.namespace}/${service.name}`)) this.#refresh();
  }

  /** A slice has changed; to be called when the lookup shows its new state. */
  changeSlice(
    before: EndpointSliceObject | undefined,
    after: EndpointSliceObject | undefined,
  ): void {
    const isOwn = (slice: EndpointSliceObject | undefined): boolean =>
      slice !== undefined && this.#localAddresses.some((address) => holdsAddress(slice, address));
    if (isOwn(before) || isOwn(after)) this.#refresh();
  }

  /** Works the record out anew; a value that stays the same is not written. */
  #refresh(): void {
    const servers = new ServerList();
    const slices = this.#localAddresses.flatMap((address) => this.#lookup.slicesOf(address));
    for (const slice of slices) this.#addOwner(servers, slice);
    if (slices.length === 0) servers.add('ns.dns', this.#localAddresses);
    this.#owners = new Set(slices.map(({ namespace, service }) => `${namespace}/${service}`));
    this.#records.put(NAME_SERVER_KEY, servers.encode());
    if (this.#lookup.external !== undefined) this.#refreshExternal(slices);
  }

  /** The same services from outside; this machine's own addresses where it is no endpoint. */
  #refreshExternal(slices: readonly EndpointSliceObject[]): void {
    const texts =
      slices.length === 0
        ? this.#localAddresses
        : slices.flatMap((slice) => this.#externalAddresses(slice));
    const entries = texts.map((text) => externalEntry(text, UNNAMED_PORT, []));
    // Ingress points may be host names, which are no addresses of a name server.
    const isAddress = (entry: ExternalEntry | undefined): entry is ExternalEntry =>
      entry !== undefined && entry.kind !== 'name';
    this.#records.put(EXTERNAL_SERVER_KEY, encodeExternal(entries.filter(isAddress)));
  }

  #externalAddresses(slice: EndpointSliceObject): readonly string[] {
    const service = this.#lookup.service(slice.namespace, slice.service);
    if (service === undefined) return [];
    const isHeadless = service.clusterIPs[0] === 'None';
    const showsEndpoints = isHeadless && this.#lookup.external?.hasHeadless === true;
    return showsEndpoints ? sliceAddresses(slice) : service.externalIPs;
  }

  /** A headless service is named by all endpoints of the slice, not only by the one that is this server. */
  #addOwner(servers: ServerList, slice: EndpointSliceObject): void {
    const service = this.#lookup.service(slice.namespace, slice.service);
    if (service === undefined) return;
    const owner = `${service.name}.${service.namespace}.svc`;
    if (service.clusterIPs[0] !== 'None') {
      servers.add(owner, service.clusterIPs);
      return;
    }
    for (const endpoint of slice.endpoints) {
      for (const address of endpoint.addresses) {
        const name = endpointName(endpoint, address, this.#lookup.usesPodNames);
        servers.add(`${name}.${owner}`, [address]);
      }
    }
  }
}

/** Name servers with their addresses; an address that occurs twice is shown twice in the additional section, as by CoreDNS. */
class ServerList {
  readonly #targets = new TargetList();
  readonly #addresses = new AddressSet();
  readonly #pairs: { readonly target: number; readonly host: string }[] = [];

  add(owner: string, addresses: readonly string[]): void {
    for (const text of addresses) {
      const octets = parseIp(text);
      if (octets === undefined) continue;
      // Here two spellings of one address are one, unlike in the answers of services.
      const host = formatIp(unmapIp(octets));
      this.#addresses.add(host);
      const target = this.#targets.numberOf(owner);
      if (target !== undefined) this.#pairs.push({ target, host });
    }
  }

  encode(): Uint8Array {
    const extras: NodeExtra[] = this.#pairs.map(({ target, host }) => ({
      target,
      address: this.#addresses.numberOf(host),
    }));
    return encodeNode({
      ...EMPTY_NODE,
      hasRecords: extras.length > 0,
      ipv4: this.#addresses.ipv4,
      ipv6: this.#addresses.ipv6,
      targets: this.#targets.labels,
      extras,
    });
  }
}

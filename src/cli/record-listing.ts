// All records that a source's objects get, as a list: the record builder of the server writes into a table that remembers its
// keys, and each value is spelled out. So what is listed is what would be answered. For `nodens records`.

import type { Clock } from '../base/clock.ts';
import { formatIp } from '../base/ip.ts';
import { RRClass } from '../dns/codes/rr-class.ts';
import { RRType } from '../dns/codes/rr-type.ts';
import { type Name, parseName } from '../dns/name.ts';
import { aRdata } from '../dns/rdata/a.ts';
import { aaaaRdata } from '../dns/rdata/aaaa.ts';
import { cnameRdata } from '../dns/rdata/cname.ts';
import { nsRdata } from '../dns/rdata/ns.ts';
import { ptrRdata } from '../dns/rdata/ptr.ts';
import { soaRdata } from '../dns/rdata/soa.ts';
import { srvRdata } from '../dns/rdata/srv.ts';
import { txtRdata } from '../dns/rdata/txt.ts';
import type { ResourceRecord } from '../dns/record.ts';
import { ClusterRecords } from '../kubernetes/records/cluster-records.ts';
import type { ObjectSource } from '../kubernetes/source.ts';
import type { Logger } from '../log/logger.ts';
import { createMetricSlots, MetricsWriter } from '../metrics/writer.ts';
import { createNameTable } from '../names/buffers.ts';
import { MARK_LENGTH, REVERSE_MARK } from '../names/node-keys.ts';
import { NodeReader } from '../names/node-reader.ts';
import { createSharedState, SharedState } from '../names/shared-state.ts';
import { NameTableWriter, type RecordDraft } from '../names/table-writer.ts';

/** How records are written out. */
export interface ListingOptions {
  /** The cluster zone, wire form. */
  readonly zone: Name;
  readonly ttlSeconds: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** TTL of the version record (plugin/kubernetes/kubernetes.go). */
const VERSION_TTL_SECONDS = 28_800;
/** Not the time of now: the same manifests give the same text. */
const LISTING_SERIAL = 1;
const METRIC_SLOTS = 1024;

/** A table that remembers its content by key. */
class RememberingTable extends NameTableWriter {
  readonly #values = new Map<string, Uint8Array>();

  constructor() {
    // Never written to, so as small as a table can be.
    super(createNameTable({ readers: 1, maxSlotBits: 4, arenaBytes: 4096 }));
  }

  override get(key: Uint8Array): Uint8Array | undefined {
    return this.#values.get(latin1(key));
  }

  entries(): readonly (readonly [key: Uint8Array, value: Uint8Array])[] {
    return [...this.#values].map(([key, value]) => [Buffer.from(key, 'latin1'), value]);
  }

  override put(key: Uint8Array, value: Uint8Array): void {
    this.#values.set(latin1(key), value.slice());
  }

  override add({ key, keyStart, keyEnd, value, valueStart, valueEnd }: RecordDraft): boolean {
    const text = latin1(key.subarray(keyStart, keyEnd));
    if (this.#values.has(text)) return false;
    this.#values.set(text, value.slice(valueStart, valueEnd));
    return true;
  }

  override delete(key: Uint8Array): boolean {
    return this.#values.delete(latin1(key));
  }
}

/** Octets as text, one character each: a key for a Map, and an order by octets. */
function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}

/**
 * Starts the source and lists the records of what it holds then: the zone's own, then by name in the order of the tree, then
 * those of reverse names. Names that exist without records are left out, and those spellings of a port that leave
 * out one half.
 */
export function listRecords(
  source: ObjectSource,
  options: ListingOptions,
): readonly ResourceRecord[] {
  const table = new RememberingTable();
  const slots = createMetricSlots(METRIC_SLOTS);
  new ClusterRecords(
    source,
    {
      namespaces: [],
      usesPodNames: false,
      ignoresEmptyServices: false,
      isZonal: false,
      keepsClients: false,
    },
    {
      table,
      state: new SharedState(createSharedState()),
      clock: options.clock,
      log: options.log,
      metrics: new MetricsWriter(slots, () => undefined),
    },
  );
  source.start();
  const forward: ResourceRecord[] = [];
  const reverse: ResourceRecord[] = [];
  for (const [key, value] of table.entries()) {
    const mark = markOf(key);
    if (mark === REVERSE_MARK) reverse.push(...reverseRecords(key, value, options));
    else if (mark === 0) forward.push(...nodeRecords(key, nodeValue(table, key, value), options));
  }
  return [...apexRecords(options), ...inTreeOrder(forward), ...inTreeOrder(reverse)];
}

/** The mark of a key that is no name of the zone; 0 for names, whose last label is `svc` or `pod`. */
function markOf(key: Uint8Array): number {
  return key.at(-MARK_LENGTH) === 1 ? (key.at(-1) ?? 0) : 0;
}

/** An alias answers as the name two labels up. */
function nodeValue(table: RememberingTable, key: Uint8Array, value: Uint8Array): NodeReader {
  const node = readNode(key, value);
  const above = key.subarray(labelEnd(key, labelEnd(key, 0)));
  const target = node.isAlias ? table.get(above) : undefined;
  return target === undefined ? node : readNode(above, target);
}

/** A key and its value stand together in a table. */
function readNode(key: Uint8Array, value: Uint8Array): NodeReader {
  const node = new NodeReader();
  node.load(Buffer.concat([key, value]), key.length, value.length, key.length);
  return node;
}

/** Offset behind the label at `start`. */
function labelEnd(key: Uint8Array, start: number): number {
  return start + 1 + (key[start] ?? 0);
}

/** Whether a label is the lone underscore that stands for any port name or protocol. */
function hasWildLabel(key: Uint8Array): boolean {
  for (let at = 0; at < key.length; at = labelEnd(key, at)) {
    if (key[at] === 1 && key[at + 1] === 0x5f) return true;
  }
  return false;
}

/** All records of one name, addresses first. */
function nodeRecords(
  key: Uint8Array,
  node: NodeReader,
  options: ListingOptions,
): readonly ResourceRecord[] {
  if (hasWildLabel(key)) return [];
  const owner = join(key, options.zone);
  const make = (type: number, rdata: Uint8Array): ResourceRecord =>
    recordOf(owner, type, rdata, options.ttlSeconds);
  const addresses = Array.from({ length: node.ipv4Count + node.ipv6Count }, (_, number) =>
    node.isIpv6(number)
      ? make(RRType.AAAA, aaaaRdata(node.address(number)))
      : make(RRType.A, aRdata(node.address(number))),
  );
  const hosts = node.hosts(false).map(({ name }) => make(RRType.CNAME, cnameRdata(name)));
  const targets = node.targetNames(options.zone);
  const services = Array.from({ length: node.serviceCount }, (_, index) => {
    const target = targets[node.serviceTarget(index)];
    if (target === undefined) return [];
    return [make(RRType.SRV, srvRdata(0, node.weight, node.servicePort(index), target))];
  });
  return [...addresses, ...hosts, ...services.flat()];
}

/** The PTR records of one address. */
function reverseRecords(
  key: Uint8Array,
  value: Uint8Array,
  options: ListingOptions,
): readonly ResourceRecord[] {
  const owner = reverseName(key.subarray(0, key.length - MARK_LENGTH));
  return readNode(key, value)
    .targetNames(options.zone)
    .filter((target) => target !== undefined)
    .map((target) => recordOf(owner, RRType.PTR, ptrRdata(target), options.ttlSeconds));
}

/** `4.3.2.1.in-addr.arpa.` or the 32 nibbles of `ip6.arpa.` (RFC 1035 section 3.5, RFC 3596 section 2.5). */
function reverseName(address: Uint8Array): Name {
  if (address.length === 4) return nameOf(`${formatIp(address.toReversed())}.in-addr.arpa`);
  const nibbles = [...Buffer.from(address).toString('hex')].reverse().join('.');
  return nameOf(`${nibbles}.ip6.arpa`);
}

/** What the zone has besides names of objects; its name server is kube-dns, as in a cluster. */
function apexRecords({ zone, ttlSeconds }: ListingOptions): readonly ResourceRecord[] {
  const soa = soaRdata({
    mname: join(labels('ns', 'dns'), zone),
    rname: join(labels('hostmaster'), zone),
    serial: LISTING_SERIAL,
    refresh: 7200,
    retry: 1800,
    expire: 86_400,
    minimum: ttlSeconds,
  });
  const server = join(labels('kube-dns', 'kube-system', 'svc'), zone);
  const version = txtRdata([Buffer.from('1.1.0')]);
  return [
    recordOf(zone, RRType.SOA, soa, ttlSeconds),
    recordOf(zone, RRType.NS, nsRdata(server), ttlSeconds),
    recordOf(join(labels('dns-version'), zone), RRType.TXT, version, VERSION_TTL_SECONDS),
  ];
}

function recordOf(name: Name, type: number, rdata: Uint8Array, ttl: number): ResourceRecord {
  return { name, type, class: RRClass.IN, ttl, rdata };
}

function labels(...texts: readonly string[]): Uint8Array {
  return nameOf(texts.join('.')).subarray(0, -1);
}

function nameOf(text: string): Name {
  const name = parseName(text);
  if (name === undefined) throw new TypeError(`not a name: ${text}`);
  return name;
}

function join(front: Uint8Array, zone: Name): Name {
  return Buffer.concat([front, zone]);
}

/** Sorts by labels from the right, so that names stand below their parents; records of one name keep their order. */
function inTreeOrder(records: readonly ResourceRecord[]): readonly ResourceRecord[] {
  const keyed = records.map((record) => ({ record, key: treeKey(record.name) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return keyed.map(({ record }) => record);
}

function treeKey(name: Name): string {
  const parts: string[] = [];
  for (let at = 0; (name[at] ?? 0) > 0; at = labelEnd(name, at))
    parts.push(latin1(name.subarray(at + 1, labelEnd(name, at))));
  // The lowest character between labels: a parent's key is a prefix of its children's keys.
  return parts.reverse().join('\0');
}

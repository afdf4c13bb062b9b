// Finds what a name of the cluster answers: turns the labels of a query into the key of the name table and looks it up. The result is
// X (no such name), a name without records, or a value to read records from. Follows Records, findServices and findPods of
// plugin/kubernetes/kubernetes.go.

import { parseIp, unmapIp } from '../../base/ip.ts';
import type { Name } from '../../dns/name.ts';
import { type ClientPod, decodeClientPod } from '../../names/client-node.ts';
import {
  CLIENT_MARK,
  MARK_LENGTH,
  MULTICLUSTER_MARK,
  markedKey,
  NAME_SERVER_KEY,
  REVERSE_MARK,
  ZONAL_MARK,
} from '../../names/node-keys.ts';
import { NodeReader } from '../../names/node-reader.ts';
import { EMPTY_NODE, encodeNode } from '../../names/node-writer.ts';
import type { NameTableReader } from '../../names/table-reader.ts';
import { RelativeName } from './relative-name.ts';
import { isReverseName } from './reverse-name.ts';
import type { AskedZone, BlockZone } from './zone.ts';

/**
 * What a lookup gave: `missing` is NXDOMAIN; `empty` a name without records for any type; `zonal` the same for a zonal name
 * without endpoints, which differs for TXT; `found` sets the finder's `node`.
 */
export type Finding = 'missing' | 'empty' | 'zonal' | 'found';

/** Options of the block that change the grammar. */
export interface FinderOptions {
  readonly pods: 'disabled' | 'insecure' | 'verified';
  readonly isZonal: boolean;
}

/** Labels of `SVC.NS.svc` and `NS.pod`. */
const SERVICE_LABELS = 3;
const NAMESPACE_LABELS = 2;
/** `X.Y.IP.NS.pod` is answered like `IP.NS.pod`. */
const MOST_POD_LABELS = 5;

/** Looks names up in the table of one block. Call between the table reader's enter() and leave(). */
export class NameFinder {
  readonly node: NodeReader = new NodeReader();
  readonly #table: NameTableReader;
  readonly #options: FinderOptions;
  readonly #name = new RelativeName();

  constructor(table: NameTableReader, options: FinderOptions) {
    this.#table = table;
    this.#options = options;
  }

  /** Looks a lower-case name of a zone up. */
  find(name: Name, zone: AskedZone): Finding {
    const relative = this.#name;
    relative.load(name, name.length - zone.name.length);
    const { root, count } = relative;
    if (root === 'none') return 'empty';
    if (root === 'other') return 'missing';
    if (count === 1) return 'empty';
    if (isReverseName(name)) return 'missing';
    return root === 'pod' ? this.#findPod() : this.#findService(zone);
  }

  /**
   * The same for the short path: the first `nameLength` octets of `name`, below a zone that holds no reverse names. Pods
   * are `unsure`: some spell their address.
   */
  findPlain(name: Uint8Array, nameLength: number, zone: BlockZone): Finding | 'unsure' {
    const relative = this.#name;
    relative.load(name, nameLength - zone.name.length);
    const { root, count } = relative;
    if (root === 'other') return 'missing';
    if (root !== 'svc') return 'unsure';
    return count === 1 ? 'empty' : this.#findService(zone);
  }

  /** Whether an address has names; `key` holds its `length` octets and has room for a mark. */
  findReverse(key: Uint8Array, length: number): boolean {
    key[length] = 1;
    key[length + 1] = REVERSE_MARK;
    return this.#lookUp(key, 0, length + MARK_LENGTH) === 'found';
  }

  /** The names that an address has; the address in 4 or 16 octets. */
  findAddress(address: Uint8Array): Finding {
    const key = markedKey(address, REVERSE_MARK);
    return this.#lookUp(key, 0, key.length);
  }

  /** The name servers: targets and their addresses. */
  findNameServers(): Finding {
    return this.#lookUp(NAME_SERVER_KEY, 0, NAME_SERVER_KEY.length);
  }

  /** The pod that has an address (pods verified). */
  findClient(addressText: string): ClientPod | undefined {
    const address = parseIp(addressText);
    if (address === undefined) return undefined;
    const key = markedKey(unmapIp(address), CLIENT_MARK);
    if (!this.#table.find(key, 0, key.length)) return undefined;
    return decodeClientPod(this.#table.bytes, this.#table.valueOffset, this.#table.valueLength);
  }

  #findPod(): Finding {
    const { count } = this.#name;
    if (this.#options.pods === 'disabled' || count > MOST_POD_LABELS) return 'missing';
    if (count === NAMESPACE_LABELS) return this.#lookUpFrom(0);
    if (this.#options.pods === 'verified') return this.#lookUpFrom(count - SERVICE_LABELS);
    if (this.#lookUpFrom(count - NAMESPACE_LABELS) === 'missing') return 'missing';
    return this.#makePod(count - SERVICE_LABELS);
  }

  /** An insecure pod name answers with the address that it spells. */
  #makePod(label: number): Finding {
    const relative = this.#name;
    const text = relative.text(label);
    // A dot within a label is escaped in the text that CoreDNS reads.
    if (text.includes('.')) return 'missing';
    const isIpv4 = text.split('-').length === 4 && !text.includes('--');
    const octets = parseIp(text.replaceAll('-', isIpv4 ? '.' : ':'));
    if (octets === undefined) return 'missing';
    const address = unmapIp(octets);
    const value = encodeNode({
      ...EMPTY_NODE,
      hasRecords: true,
      weight: 100,
      ipv4: address.length === 4 ? [address] : [],
      ipv6: address.length === 4 ? [] : [address],
      targets: [relative.bytes.subarray(relative.start(label), relative.length)],
      services: [{ port: 0, target: 0 }],
      extras: [{ target: 0, address: 0 }],
    });
    this.node.load(value, 0, value.length, 0);
    return 'found';
  }

  #findService(zone: BlockZone): Finding {
    const relative = this.#name;
    switch (relative.count) {
      case 2:
        return this.#lookUpFrom(0);
      case 3:
      case 4:
        return zone.isMulticluster ? this.#lookUpImport(0) : this.#lookUpFrom(0);
      case 5:
        return this.#findTwoLabels(zone);
      default:
        if (zone.isMulticluster || !this.#options.isZonal) return 'missing';
        return this.#findZonal();
    }
  }

  /** `P.Q.SVC.NS.svc`, or in multicluster zones without underscores `E.CLUSTER.SVC.NS.svc`. */
  #findTwoLabels(zone: BlockZone): Finding {
    const relative = this.#name;
    const hasUnderscore = relative.startsWithUnderscore(0) || relative.startsWithUnderscore(1);
    if (zone.isMulticluster && !hasUnderscore) return this.#lookUpImport(0);
    if (relative.isUnderscore(0) && relative.isUnderscore(1)) return this.#lookUpService(zone, 2);
    let end = relative.copyPort(0, 0);
    end = relative.copyPort(1, end);
    end = relative.copy(2, relative.count, end);
    if (zone.isMulticluster) end = relative.mark(MULTICLUSTER_MARK, end);
    const finding = this.#lookUp(relative.scratch, 0, end);
    return finding === 'found' && this.node.isAlias ? this.#lookUpService(zone, 2) : finding;
  }

  /** `T.pin._zone.SVC.NS.svc`, where T may be several labels. */
  #findZonal(): Finding {
    const relative = this.#name;
    const service = relative.count - SERVICE_LABELS;
    const directive = service - 2;
    const isPrefer = relative.is(directive, 'prefer');
    if (!relative.is(service - 1, '_zone')) return 'missing';
    if (!isPrefer && !relative.is(directive, 'pin')) return 'missing';
    let end = relative.copy(0, directive, 0);
    end = relative.copy(service, relative.count, end);
    if (this.#lookUp(relative.scratch, 0, relative.mark(ZONAL_MARK, end)) === 'found') {
      return 'found';
    }
    end = relative.mark(ZONAL_MARK, relative.copy(service, relative.count, 0));
    if (this.#lookUp(relative.scratch, 0, end) === 'missing') return 'missing';
    if (isPrefer && this.#lookUpFrom(service) === 'found') return 'found';
    return 'zonal';
  }

  #lookUpService(zone: BlockZone, label: number): Finding {
    return zone.isMulticluster ? this.#lookUpImport(label) : this.#lookUpFrom(label);
  }

  /** The key is the name itself, from a label on. */
  #lookUpFrom(label: number): Finding {
    const relative = this.#name;
    const start = relative.start(label);
    return this.#lookUp(relative.bytes, start, relative.length - start);
  }

  #lookUpImport(label: number): Finding {
    const relative = this.#name;
    const end = relative.mark(MULTICLUSTER_MARK, relative.copy(label, relative.count, 0));
    return this.#lookUp(relative.scratch, 0, end);
  }

  #lookUp(key: Uint8Array, offset: number, length: number): Finding {
    const table = this.#table;
    if (!table.find(key, offset, length)) return 'missing';
    this.node.load(table.bytes, table.valueOffset, table.valueLength, length);
    return this.node.hasRecords ? 'found' : 'empty';
  }
}

// The records of one source (the file, or the Corefile) by name, for the query path: a miss, which nearly every query is,
// costs one look into a map and no allocation.

import { RRType } from '../../dns/codes/rr-type.ts';
import { equalNames, type Name } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { hashBytes } from '../../names/hash.ts';
import { isWildcard, wildcardOf } from './wildcard.ts';

/** The records of one name by type, each list in the order of the source. */
export interface HostRecords {
  readonly ipv4: readonly ResourceRecord[];
  readonly ipv6: readonly ResourceRecord[];
  readonly pointers: readonly ResourceRecord[];
}

/** A name of the source. */
class HostNode implements HostRecords {
  readonly name: Name;
  readonly ipv4: ResourceRecord[] = [];
  readonly ipv6: ResourceRecord[] = [];
  readonly pointers: ResourceRecord[] = [];

  constructor(name: Name) {
    this.name = name;
  }

  add(record: ResourceRecord): void {
    if (record.type === RRType.A) this.ipv4.push(record);
    else if (record.type === RRType.AAAA) this.ipv6.push(record);
    else this.pointers.push(record);
  }
}

/** The hash of a lower-case name, as `find` takes it. */
export function hostHash(name: Name): number {
  return hashBytes(name, 0, name.length);
}

/** Immutable once made. */
export class HostTable {
  /** By the hash of the name; names that share a hash share a list. */
  readonly #nodes = new Map<number, HostNode[]>();
  #hasWildcards = false;

  constructor(records: readonly ResourceRecord[]) {
    for (const record of records) this.#add(record);
  }

  /** What a lower-case name has, addresses of a wildcard included where it has none of its own of a family. */
  find(name: Name, hash: number): HostRecords | undefined {
    const own = this.#node(name, hash);
    if (!this.#hasWildcards) return own;
    const wildcard = wildcardOf(name);
    const shared = wildcard && this.#node(wildcard, hostHash(wildcard));
    if (shared === undefined) return own;
    return {
      ipv4: own?.ipv4.length ? own.ipv4 : ownedBy(name, shared.ipv4),
      ipv6: own?.ipv6.length ? own.ipv6 : ownedBy(name, shared.ipv6),
      pointers: own?.pointers ?? [],
    };
  }

  /** Whether the lower-case name in the first `length` octets may have records: true for other names, too, now and then. */
  mayHold(name: Uint8Array, length: number): boolean {
    return this.#hasWildcards || this.#nodes.has(hashBytes(name, 0, length));
  }

  #node(name: Name, hash: number): HostNode | undefined {
    const sharing = this.#nodes.get(hash);
    return sharing?.find((node) => equalNames(node.name, name));
  }

  #add(record: ResourceRecord): void {
    const { name } = record;
    if (isWildcard(name)) this.#hasWildcards = true;
    const hash = hostHash(name);
    let node = this.#node(name, hash);
    if (node === undefined) {
      node = new HostNode(name);
      const sharing = this.#nodes.get(hash);
      if (sharing === undefined) this.#nodes.set(hash, [node]);
      else sharing.push(node);
    }
    node.add(record);
  }
}

function ownedBy(name: Name, records: readonly ResourceRecord[]): ResourceRecord[] {
  return records.map((record) => ({ ...record, name }));
}

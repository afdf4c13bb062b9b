// The names of a zone: found by hash, and in canonical order for what lies before or behind a name. Built once
// from records, then only read; CoreDNS has a red-black tree here (plugin/file/tree).

import type { Name } from '../dns/name.ts';
import { compareNames } from './name-order.ts';
import { ZoneNode } from './zone-node.ts';

/** Names with records. All names given must be in lower case. */
export class NameTree {
  readonly #buckets = new Map<number, ZoneNode[]>();
  /** In canonical order; made by the first question after a change. */
  #ordered: readonly ZoneNode[] | undefined = undefined;

  /** The node of a name, made if it is new. */
  ensure(name: Name): ZoneNode {
    const known = this.find(name);
    if (known !== undefined) return known;
    const node = new ZoneNode(name);
    const hash = hashFrom(name, 0);
    const bucket = this.#buckets.get(hash);
    if (bucket === undefined) this.#buckets.set(hash, [node]);
    else bucket.push(node);
    this.#ordered = undefined;
    return node;
  }

  /** The node of the name that starts at `offset` of `name`; undefined without records there. */
  find(name: Name, offset = 0): ZoneNode | undefined {
    const bucket = this.#buckets.get(hashFrom(name, offset));
    if (bucket === undefined) return undefined;
    for (const node of bucket) if (equalFrom(node.name, name, offset)) return node;
    return undefined;
  }

  /** The node at or nearest before `name` in canonical order. */
  floor(name: Name): ZoneNode | undefined {
    const nodes = this.#inOrder();
    const at = ceilIndex(nodes, name);
    const node = nodes[at];
    return node !== undefined && compareNames(node.name, name) === 0 ? node : nodes[at - 1];
  }

  /** The node at or nearest behind `name` in canonical order. */
  ceil(name: Name): ZoneNode | undefined {
    const nodes = this.#inOrder();
    return nodes[ceilIndex(nodes, name)];
  }

  /** All nodes in canonical order. */
  nodes(): readonly ZoneNode[] {
    return this.#inOrder();
  }

  #inOrder(): readonly ZoneNode[] {
    this.#ordered ??= [...this.#buckets.values()]
      .flat()
      .sort((a, b) => compareNames(a.name, b.name));
    return this.#ordered;
  }
}

/** Index of the first node that is not before `name`. */
function ceilIndex(nodes: readonly ZoneNode[], name: Name): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const node = nodes[middle];
    if (node !== undefined && compareNames(node.name, name) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** FNV-1a over the octets from `offset` on. */
function hashFrom(name: Name, offset: number): number {
  let hash = 0x811c9dc5;
  for (let at = offset; at < name.length; at++) {
    hash = Math.imul(hash ^ (name[at] ?? 0), 0x01000193);
  }
  return hash;
}

function equalFrom(node: Name, name: Name, offset: number): boolean {
  if (node.length !== name.length - offset) return false;
  for (let at = 0; at < node.length; at++) if (node[at] !== name[offset + at]) return false;
  return true;
}

// Which objects hold an address, by the address's text. Most addresses belong to one object, so a single one is kept without a
// list around it, and an IPv4 address is a number in place of its text: there are as many addresses as endpoints in the cluster.

import { ipv4At } from '../../base/ip.ts';

/** What is indexed: an object of a namespace. */
interface Holder {
  readonly namespace: string;
  readonly name: string;
}

/** Objects by address text, in order of namespace and name: the same objects make the same records whatever came first. */
export class AddressIndex<T extends Holder> {
  readonly #holders = new Map<string | number, T | readonly T[]>();

  /** The objects that hold the address. */
  get(address: string): readonly T[] {
    const key = keyOf(address);
    const holder = key === undefined ? undefined : this.#holders.get(key);
    if (holder === undefined) return [];
    return isList(holder) ? holder : [holder];
  }

  /** Makes `object` the only one that holds an IPv4 address; false when there is one already. */
  addFirst(ipv4: number, object: T): boolean {
    if (this.#holders.has(ipv4)) return false;
    this.#holders.set(ipv4, object);
    return true;
  }

  /** Adds an object that does not hold the address yet. */
  add(address: string, object: T): void {
    this.#exchange(address, undefined, object);
  }

  /**
   * Puts `after` where `before` was, or adds or removes it, for each of their addresses. Returns these addresses.
   */
  replace(
    before: T | undefined,
    after: T | undefined,
    addressesOf: (object: T) => readonly string[],
  ): ReadonlySet<string> {
    const kept = new Set(after === undefined ? [] : addressesOf(after));
    const touched = before === undefined ? kept : kept.union(new Set(addressesOf(before)));
    for (const address of touched) {
      this.#exchange(address, before, kept.has(address) ? after : undefined);
    }
    return touched;
  }

  #exchange(address: string, before: T | undefined, after: T | undefined): void {
    const key = keyOf(address);
    if (key === undefined) return;
    const known = this.get(address);
    if (known.length === 0 && after !== undefined) {
      this.#holders.set(key, after);
      return;
    }
    const holders = [...known];
    const at = before === undefined ? -1 : holders.indexOf(before);
    if (at >= 0) holders.splice(at, 1);
    if (after !== undefined) {
      const next = holders.findIndex((holder) => isBefore(after, holder));
      holders.splice(next < 0 ? holders.length : next, 0, after);
    }
    this.#set(key, holders);
  }

  #set(key: string | number, holders: readonly T[]): void {
    const [first] = holders;
    if (first === undefined) this.#holders.delete(key);
    else this.#holders.set(key, holders.length === 1 ? first : holders);
  }
}

/**
 * An IPv4 address has one spelling, and becomes its number. Two spellings of an IPv6 address stay two, as in CoreDNS. Undefined for what is
 * no address: all headless services have the same text.
 */
function keyOf(address: string): string | number | undefined {
  const number = ipv4At(address, 0, address.length);
  if (number >= 0) return number;
  return address.includes(':') ? address : undefined;
}

function isBefore(a: Holder, b: Holder): boolean {
  return a.namespace === b.namespace ? a.name < b.name : a.namespace < b.namespace;
}

function isList<T extends object>(holder: T | readonly T[]): holder is readonly T[] {
  return Array.isArray(holder);
}

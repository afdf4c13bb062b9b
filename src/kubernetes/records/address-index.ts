// Which objects hold an address, by the address's text. Most addresses belong to one object, so a single one is kept without a
// list around it: there are as many addresses as endpoints in the cluster.

/** Objects by address text, in order of arrival. */
export class AddressIndex<T extends object> {
  readonly #holders = new Map<string, T | readonly T[]>();

  /** The objects that hold the address. */
  get(address: string): readonly T[] {
    const holder = this.#holders.get(address);
    if (holder === undefined) return [];
    return isList(holder) ? holder : [holder];
  }

  /**
   * Puts `after` where `before` was, or adds or removes it, for each of their addresses. Returns these addresses.
   */
  replace(
    before: T | undefined,
    after: T | undefined,
    addressesOf: (object: T) => readonly string[],
  ): ReadonlySet<string> {
    const old = new Set(before === undefined ? [] : addressesOf(before));
    const kept = new Set(after === undefined ? [] : addressesOf(after));
    const touched = old.union(kept);
    for (const address of touched) {
      this.#exchange(address, before, kept.has(address) ? after : undefined);
    }
    return touched;
  }

  #exchange(address: string, before: T | undefined, after: T | undefined): void {
    const holders = [...this.get(address)];
    const at = before === undefined ? -1 : holders.indexOf(before);
    const arriving = after === undefined ? [] : [after];
    if (at >= 0) holders.splice(at, 1, ...arriving);
    else holders.push(...arriving);
    this.#set(address, holders);
  }

  #set(address: string, holders: readonly T[]): void {
    const [first] = holders;
    if (first === undefined) this.#holders.delete(address);
    else this.#holders.set(address, holders.length === 1 ? first : holders);
  }
}

function isList<T extends object>(holder: T | readonly T[]): holder is readonly T[] {
  return Array.isArray(holder);
}

// The stable allocator: which object gets which address of a range. The same objects get the same addresses, in whatever
// order they come; an object that is added or removed moves another one only when their hashes meet.

import { RuntimeFault } from '../../base/runtime-error.ts';
import { type AddressRange, addressAt } from './address-range.ts';
import { keyHash } from './key-hash.ts';

/**
 * Gives each key its address. The wish of a key is the hash of its text; who meets a taken address takes the next free
 * one. Keys are served in order of their hashes, so the result depends on the set alone. `taken` holds addresses in
 * canonical form. Throws RuntimeFault MANIFEST_INVALID, with `purpose` (the option's name), when the range is used up.
 */
export function assignAddresses(
  range: AddressRange,
  keys: Iterable<string>,
  taken: ReadonlySet<string>,
  purpose: string,
): ReadonlyMap<string, string> {
  const wishes = [...new Set(keys)].map((key) => ({ key, hash: keyHash(key) }));
  wishes.sort((a, b) => a.hash - b.hash || (a.key < b.key ? -1 : 1));
  const used = new Set(taken);
  const assigned = new Map<string, string>();
  for (const { key, hash } of wishes) {
    const address = firstFree(range, hash % range.hosts, used);
    if (address === undefined)
      throw new RuntimeFault(
        'MANIFEST_INVALID',
        `${purpose}: ${range.text} has no address left for ${key}`,
      );
    used.add(address);
    assigned.set(key, address);
  }
  return assigned;
}

function firstFree(
  range: AddressRange,
  start: number,
  used: ReadonlySet<string>,
): string | undefined {
  for (let i = 0; i < range.hosts; i++) {
    const address = addressAt(range, ((start + i) % range.hosts) + 1);
    if (!used.has(address)) return address;
  }
  return undefined;
}

// The last check of a configuration: no zone is served twice on one address, and none on a single address and on all of them at
// once. Runs after the setup of all plugins, because `bind` and `view` decide. Follows core/dnsserver/address.go and
// validateZonesAndListeningAddresses of register.go.
import { CorefileError } from './error.ts';
import { formatServerKey, type ServerKey } from './server-key.ts';

/** One key of a block with the addresses that it listens on. */
export interface ServedKey {
  readonly key: ServerKey;
  /** From plugin bind; [''] without it: all addresses. */
  readonly addresses: readonly string[];
  /** A block with a view takes only some queries, so it may share its zone. */
  readonly hasView: boolean;
}

/** Throws CorefileError at the first key, in order of the file, that cannot be served beside those before it. */
export function checkOverlaps(blocks: readonly ServedKey[]): void {
  const register = new ServedZones();
  for (const { key, addresses, hasView } of blocks) {
    for (const address of addresses) {
      const fault = register.fault(formatServerKey(key), address, hasView);
      if (fault !== undefined) throw new CorefileError(`cannot serve ${fault}`);
      if (!hasView) register.add(formatServerKey(key), address);
    }
  }
}

/** What earlier keys, those without a view, have taken. Keys are texts, with ` on ADDRESS` when bound. */
class ServedZones {
  readonly #taken = new Set<string>();
  /** By key without address: the last one taken, with its address. */
  readonly #lastOfKey = new Map<string, string>();

  add(key: string, address: string): void {
    this.#taken.add(bound(key, address));
    this.#lastOfKey.set(key, bound(key, address));
  }

  /** Why the key cannot be served beside the earlier ones, undefined when it can. */
  fault(key: string, address: string, hasView: boolean): string | undefined {
    const served = bound(key, address);
    if (this.#taken.has(served)) {
      // CoreDNS looks no further at a key that exists, also when a view excuses it.
      return hasView ? undefined : `${served} - it is already defined`;
    }
    const other = address === '' || this.#taken.has(key) ? this.#lastOfKey.get(key) : undefined;
    if (other === undefined) return undefined;
    return `${served} - zone overlap listener capacity with ${address === '' ? other : key}`;
  }
}

function bound(key: string, address: string): string {
  return address === '' ? key : `${key} on ${address}`;
}

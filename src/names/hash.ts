// The hash of the name table: FNV-1a over bytes, folded once at the end. The single steps are
// exported so that whoever walks a name anyway (lower-casing it, checking labels) can hash in the
// same pass. Not a keyed hash: keys come from the cluster's own objects, queries only look up.

/** Start value of a hash; a running hash is an Int32. */
export const HASH_SEED: number = 0x811c9dc5 | 0;

const FNV_PRIME = 0x01000193;

/** The running hash after one more octet (0..255). */
export function hashOctet(hash: number, octet: number): number {
  return Math.imul(hash ^ octet, FNV_PRIME);
}

/** The finished hash: FNV's low bits are weak for short keys, so the high half is folded in. Int32. */
export function finishHash(hash: number): number {
  return hash ^ (hash >>> 15);
}

/**
 * The hash of `length` octets of `bytes` from `offset`; equals seed, steps and finish by hand.
 * Int32.
 */
export function hashBytes(bytes: Uint8Array, offset: number, length: number): number {
  let hash = HASH_SEED;
  const end = offset + length;
  for (let at = offset; at < end; at++) hash = hashOctet(hash, bytes[at] ?? 0);
  return finishHash(hash);
}

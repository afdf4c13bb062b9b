// The number under which a reply is stored. Two questions may share one: an entry says itself what it answers
// (entry.ts), and the later one replaces the earlier one.

import { finishHash, hashOctet } from '../../names/hash.ts';
import type { Exchange } from '../../plugin/exchange.ts';

/** Small integers are keys that a Map finds without a box around them. */
const KEY_MASK = 0x3fff_ffff;

/**
 * A number from 0 to 2^30 - 1 out of name (lower case), type, class, DO and CD. `seed` is the thread's secret, so that nobody
 * outside can tell which names share a number. Allocates nothing.
 */
export function questionKey(exchange: Exchange, seed: number): number {
  const { name, type } = exchange;
  let hash = hashOctet(seed, (exchange.isDnssecOk ? 1 : 0) | (exchange.isCheckingDisabled ? 2 : 0));
  hash = hashOctet(hashOctet(hash, type & 0xff), type >> 8);
  hash = hashOctet(hashOctet(hash, exchange.class & 0xff), exchange.class >> 8);
  for (let at = 0; at < name.length; at++) hash = hashOctet(hash, name[at] ?? 0);
  return finishHash(hash) & KEY_MASK;
}

// The number under which a reply is stored. Two questions may share one: an entry says itself what it answers
// (entry.ts), and the later one replaces the earlier one.

import { RRClass } from '../../dns/codes/rr-class.ts';
import { finishHash, hashOctet } from '../../names/hash.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { Exchange } from '../../plugin/exchange.ts';

/** Small integers are keys that a Map finds without a box around them. */
const KEY_MASK = 0x3fff_ffff;

/**
 * A number from 0 to 2^30 - 1 out of name (lower case), type, class, DO and CD. `seed` is the thread's secret, so that nobody
 * outside can tell which names share a number. Allocates nothing.
 */
export function questionKey(exchange: Exchange, seed: number): number {
  return keyOf(exchange, exchange.class, exchange.name.length, seed);
}

/** The number of a question on the short path. */
export function directKey(direct: DirectExchange, seed: number): number {
  return keyOf(direct, RRClass.IN, direct.nameLength, seed);
}

/** What of a question counts besides class and length of the name. */
type Asked = Pick<Exchange, 'name' | 'type' | 'isDnssecOk' | 'isCheckingDisabled'>;

function keyOf(asked: Asked, questionClass: number, nameLength: number, seed: number): number {
  const { name, type } = asked;
  let hash = hashOctet(seed, (asked.isDnssecOk ? 1 : 0) | (asked.isCheckingDisabled ? 2 : 0));
  hash = hashOctet(hashOctet(hash, type & 0xff), type >> 8);
  hash = hashOctet(hashOctet(hash, questionClass & 0xff), questionClass >> 8);
  for (let at = 0; at < nameLength; at++) hash = hashOctet(hash, name[at] ?? 0);
  return finishHash(hash) & KEY_MASK;
}

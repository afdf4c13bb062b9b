// Text forms of clients' addresses from socket address structures, as the batch path receives them. A cluster has few
// clients that ask often: a small table keeps the texts, so that a known client costs a comparison of four words.

import { formatIp } from '../base/ip.ts';

/** Entries of the table; a power of two. */
const ENTRIES = 256;
const KEY_WORDS = 4;
/** Linux's AF_INET, as the low half of a sockaddr's first word. */
const AF_INET = 2;
/** `::ffff:0.0.0.0/96`: third word of an IPv4-mapped address as it lies in memory (RFC 4291 section 2.5.5.2). */
const MAPPED = new Int32Array(Uint8Array.of(0, 0, 0xff, 0xff).buffer)[0] ?? 0;

/** Whether the sockaddr that begins at word `at` is IPv6; IPv4-mapped addresses are not. */
export function isIpv6Peer(words: Int32Array, at: number): boolean {
  if (((words[at] ?? 0) & 0xffff) === AF_INET) return false;
  return (words[at + 2] ?? 0) !== 0 || (words[at + 3] ?? 0) !== 0 || words[at + 4] !== MAPPED;
}

/** Remembers the texts of the addresses that it met last. */
export class PeerAddresses {
  readonly #keys: Int32Array = new Int32Array(ENTRIES * KEY_WORDS);
  readonly #texts: string[] = new Array<string>(ENTRIES).fill('');

  /** The address in the sockaddr that begins at word `at` of `words`. */
  text(words: Int32Array, at: number): string {
    if (((words[at] ?? 0) & 0xffff) === AF_INET)
      return this.#find(0, 0, MAPPED, words[at + 1] ?? 0);
    return this.#find(
      words[at + 2] ?? 0,
      words[at + 3] ?? 0,
      words[at + 4] ?? 0,
      words[at + 5] ?? 0,
    );
  }

  #find(a: number, b: number, c: number, d: number): string {
    // Neighbours differ in the last octets, which are the high ones of `d` on a little-endian machine.
    const mixed = Math.imul(a ^ Math.imul(b, 31) ^ Math.imul(c, 17) ^ d, 0x9e3779b1);
    const entry = mixed >>> 24;
    const key = entry * KEY_WORDS;
    const keys = this.#keys;
    const known = this.#texts[entry] ?? '';
    const isKnown =
      known !== '' &&
      keys[key] === a &&
      keys[key + 1] === b &&
      keys[key + 2] === c &&
      keys[key + 3] === d;
    if (isKnown) return known;
    keys.set([a, b, c, d], key);
    const text = format(keys.slice(key, key + KEY_WORDS));
    this.#texts[entry] = text;
    return text;
  }
}

function format(words: Int32Array): string {
  const bytes = new Uint8Array(words.buffer);
  const isMapped = words[0] === 0 && words[1] === 0 && words[2] === MAPPED;
  return formatIp(isMapped ? bytes.subarray(12) : bytes);
}

// The one hash of manifests mode: addresses and invented names are made from it, so it must never change between runs,
// machines or releases. SHA-256 cut short; nothing here is a secret.

import { hash } from 'node:crypto';

/** What Kubernetes makes random names from: no vowels, no digits that look like letters. */
const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** A whole number of 48 bits. */
export function keyHash(key: string): number {
  return Number.parseInt(hash('sha256', key, 'hex').slice(0, 12), 16);
}

/** A name suffix such as `x7k2p`, at most 10 characters. */
export function keySuffix(key: string, length: number): string {
  let rest = keyHash(key);
  let suffix = '';
  for (let i = 0; i < length; i++) {
    suffix += NAME_ALPHABET[rest % NAME_ALPHABET.length] ?? '';
    rest = Math.floor(rest / NAME_ALPHABET.length);
  }
  return suffix;
}

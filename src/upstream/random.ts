// Unpredictable numbers for message IDs and source ports (RFC 5452 section 9): from node:crypto, a block at a time,
// since one call a query would cost more than the rest of the query.

import { randomFillSync } from 'node:crypto';

const BLOCK_NUMBERS = 1024;
/** Below are ports of well-known services. */
const FIRST_PORT = 1024;

const block = new Uint16Array(BLOCK_NUMBERS);
let used = BLOCK_NUMBERS;

/** A number from 0 to 65535. */
export function randomUint16(): number {
  if (used === BLOCK_NUMBERS) {
    randomFillSync(block);
    used = 0;
  }
  return block[used++] ?? 0;
}

/** A port from 1024 to 65535, all equally likely. */
export function randomPort(): number {
  for (;;) {
    const port = randomUint16();
    // Refusing the low ones keeps the rest even; one number in 64 is refused.
    if (port >= FIRST_PORT) return port;
  }
}

/** A whole number from 0 to below `limit` (at most 65536), for choices where evenness matters little. */
export function randomBelow(limit: number): number {
  return randomUint16() % limit;
}

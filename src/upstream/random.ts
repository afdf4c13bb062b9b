// Unpredictable numbers for message IDs and source ports (RFC 5452 section 9): from node:crypto, a block at a time,
// since one call a query would cost more than the rest of the query.

const BLOCK_NUMBERS = 1024;
/** Below are the ports that services listen on (Linux: net.ipv4.ip_local_port_range). */
const FIRST_PORT = 32_768;

const block = new Uint16Array(BLOCK_NUMBERS);
let used = BLOCK_NUMBERS;

/** A number from 0 to 65535. */
export function randomUint16(): number {
  if (used === BLOCK_NUMBERS) {
    process.getBuiltinModule('node:crypto').randomFillSync(block);
    used = 0;
  }
  return block[used++] ?? 0;
}

/** A port from 32768 to 65535, all equally likely. */
export function randomPort(): number {
  return FIRST_PORT + (randomUint16() & (FIRST_PORT - 1));
}

/** A whole number from 0 to below `limit` (at most 65536), for choices where evenness matters little. */
export function randomBelow(limit: number): number {
  return randomUint16() % limit;
}

// Unpredictable numbers for message IDs and source ports (RFC 5452 section 9), a block at a time, since one call a query would
// cost more than the rest of the query. Straight from the kernel: node:crypto takes them from there as well, but is the largest
// of Node's modules, and a thread that needs nothing else of it starts sooner and stays smaller without.

import { closeSync, openSync, readSync } from 'node:fs';

/** The kernel's numbers (Linux, macOS); reading never waits once the machine is up (random(4)). */
const DEVICE = '/dev/urandom';

const BLOCK_NUMBERS = 1024;
/** Below are the ports that services listen on (Linux: net.ipv4.ip_local_port_range). */
const FIRST_PORT = 32_768;

const UINT16_RANGE = 2 ** 16;

const block = new Uint16Array(BLOCK_NUMBERS);
let used = BLOCK_NUMBERS;

/** A number from 0 to 65535. */
export function randomUint16(): number {
  if (used === BLOCK_NUMBERS) {
    fillRandom(block);
    used = 0;
  }
  return block[used++] ?? 0;
}

/** Fills `numbers` from `device`, or from node:crypto where that cannot be read. */
export function fillRandom(numbers: Uint16Array, device: string = DEVICE): void {
  if (!readDevice(numbers, device)) process.getBuiltinModule('node:crypto').randomFillSync(numbers);
}

/** Whether all numbers were read. */
function readDevice(numbers: Uint16Array, device: string): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(device, 'r');
    return readSync(descriptor, numbers) === numbers.byteLength;
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** A number from 0 to 2^32 - 1. */
export function randomUint32(): number {
  return randomUint16() * UINT16_RANGE + randomUint16();
}

/** A port from 32768 to 65535, all equally likely. */
export function randomPort(): number {
  return FIRST_PORT + (randomUint16() & (FIRST_PORT - 1));
}

/** A whole number from 0 to below `limit` (at most 65536), for choices where evenness matters little. */
export function randomBelow(limit: number): number {
  return randomUint16() % limit;
}

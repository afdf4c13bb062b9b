// Serial number arithmetic (RFC 1982): which of two SOA serials is newer.

const HALF = 2 ** 31 - 1;

/** Whether `a` is older than `b`. */
export function isOlderSerial(a: number, b: number): boolean {
  return a < b ? b - a <= HALF : a - b > HALF;
}

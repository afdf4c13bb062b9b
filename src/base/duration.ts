// Durations in Go's text form (`1h30m`, `1.5s`, `300ms`), as every duration in a Corefile is written.
// Follows time.ParseDuration and Duration.String of Go, with their error texts. Values are milliseconds.

const NS_PER_MS = 1_000_000;
/** Go keeps nanoseconds in an int64; more than that is `invalid duration`. */
const MAX_NS = 2 ** 63;

const UNIT_NS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['\u00b5s', 1e3], // micro sign
  ['\u03bcs', 1e3], // Greek mu
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3600e9],
]);

/** Go's quote of the time package: quotes and backslashes escaped, anything but printable ASCII as \xNN of its UTF-8. */
function quoted(text: string): string {
  const inner = [...text].map((char) => {
    if (char === '"' || char === '\\') return `\\${char}`;
    if (char >= ' ' && char <= '~') return char;
    return [...new TextEncoder().encode(char)]
      .map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`)
      .join('');
  });
  return `"${inner.join('')}"`;
}

/**
 * Reads a Go duration. Returns milliseconds (fractions down to a nanosecond, negative allowed), or Go's error text
 * as a string: `time: invalid duration "x"`, `time: missing unit in duration "5"`, `time: unknown unit "x" in ...`.
 */
export function parseDuration(text: string): number | string {
  const isNegative = text.startsWith('-');
  const body = isNegative || text.startsWith('+') ? text.slice(1) : text;
  // "0" is the one number that needs no unit.
  if (body === '0') return 0;
  if (body === '') return `time: invalid duration ${quoted(text)}`;
  const ns = sumNs(body, text);
  if (typeof ns === 'string') return ns;
  return ns === 0 ? 0 : (isNegative ? -ns : ns) / NS_PER_MS;
}

/** The nanoseconds of NUMBER UNIT pairs, or Go's error text about the whole `text`. */
function sumNs(body: string, text: string): number | string {
  let ns = 0;
  let rest = body;
  while (rest !== '') {
    const [, number = '', unit = ''] = /^([0-9]*\.?[0-9]*)([^0-9.]*)/.exec(rest) ?? [];
    if (!/[0-9]/.test(number)) return `time: invalid duration ${quoted(text)}`;
    if (unit === '') return `time: missing unit in duration ${quoted(text)}`;
    const unitNs = UNIT_NS.get(unit);
    if (unitNs === undefined)
      return `time: unknown unit ${quoted(unit)} in duration ${quoted(text)}`;
    ns += scaled(number, unitNs);
    if (ns >= MAX_NS) return `time: invalid duration ${quoted(text)}`;
    rest = rest.slice(number.length + unit.length);
  }
  return ns;
}

/** `number * unitNs`, cut to whole nanoseconds. Whole part and fraction apart, as 1.001 * 1e6 is not 1001000 in binary. */
function scaled(number: string, unitNs: number): number {
  const [whole = '', fraction = ''] = number.split('.');
  return Number(whole) * unitNs + Math.floor(Number(fraction) * (unitNs / 10 ** fraction.length));
}

/** Go's Duration.String: `5m0s`, `1.5s`, `300ms`, `0s`; exact to a nanosecond. */
export function formatDuration(ms: number): string {
  const ns = Math.round(Math.abs(ms) * NS_PER_MS);
  if (ns === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  if (ns < 1e3) return `${sign}${ns}ns`;
  if (ns < 1e6) return `${sign}${decimals(ns, 1e3)}\u00b5s`;
  if (ns < 1e9) return `${sign}${decimals(ns, 1e6)}ms`;
  const minutes = Math.floor(ns / 60e9);
  const seconds = `${decimals(ns - minutes * 60e9, 1e9)}s`;
  if (minutes === 0) return `${sign}${seconds}`;
  if (minutes < 60) return `${sign}${minutes}m${seconds}`;
  return `${sign}${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}

/** `ns / unit` in decimal with no trailing zeros; by text, as a division would show binary fractions. */
function decimals(ns: number, unit: number): string {
  const whole = Math.floor(ns / unit);
  const digits = String(unit).length - 1;
  const fraction = String(ns - whole * unit)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(whole) : `${whole}.${fraction}`;
}

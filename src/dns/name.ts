// Domain names as bytes: the uncompressed wire form (RFC 1035, section 3.1), any octet in a label,
// case kept, compared without case (ASCII only, RFC 4343). No strings are made but by formatName.
// Compressed names are not names in this sense: wire/ turns them into these.

/** A name in uncompressed wire form: length-prefixed labels that end in the empty root label. */
export type Name = Uint8Array;

/** The root name, `.`. */
export const ROOT: Name = new Uint8Array(1);

/** The longest name in octets, the root label counted (RFC 1035, section 2.3.4). */
export const MAX_NAME_OCTETS = 255;

const MAX_LABEL_OCTETS = 63;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

const encoder = new TextEncoder();

/** Octets that are written with a backslash in front: ` ' @ ; ( ) " \ .` and the space, as CoreDNS does. */
const isSpecial = new Uint8Array(256);
for (const octet of encoder.encode(' \'@;()"\\.')) isSpecial[octet] = 1;

/** Lower-case of each octet; only A-Z change. Label lengths (0-63) are below both ranges. */
const lowerCase = new Uint8Array(256);
for (let octet = 0; octet < 256; octet++) {
  lowerCase[octet] = octet >= 0x41 && octet <= 0x5a ? octet + 0x20 : octet;
}

/** The octet in lower case (RFC 4343); for octets of labels and for their lengths. */
export function lowerOctet(octet: number): number {
  return lowerCase[octet] ?? 0;
}

/**
 * Reads a name in text form as an absolute name; the last dot may be missing, `\.` and `\DDD` are
 * escapes (RFC 1035, section 5.1). Undefined for "", an empty label, a label over 63 or a name over
 * 255 octets, a broken escape.
 */
export function parseName(text: string): Name | undefined {
  return text === '.' ? ROOT : parseLabels(encoder.encode(text), ROOT);
}

/**
 * Reads a name of a master file: `@` is the origin, a name without a final dot is relative to it.
 * Undefined where parseName is.
 */
export function parseNameWithOrigin(text: string, origin: Name): Name | undefined {
  if (text === '@') return origin;
  if (text === '.') return ROOT;
  const octets = encoder.encode(text);
  return parseLabels(octets, endsInDot(octets) ? ROOT : origin);
}

/** Says whether a text ends in a dot that no backslash takes away (`a\\.` does, `a\.` does not). */
function endsInDot(octets: Uint8Array): boolean {
  let end = octets.length - 1;
  if (octets[end] !== DOT) return false;
  let backslashes = 0;
  while (octets[--end] === BACKSLASH) backslashes++;
  return backslashes % 2 === 0;
}

function parseLabels(octets: Uint8Array, suffix: Name): Name | undefined {
  const out = new Uint8Array(octets.length + 1 + suffix.length);
  let labelStart = 0;
  let end = 1;
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at] ?? 0;
    if (octet === DOT) {
      if (!closeLabel(out, labelStart, end)) return undefined;
      labelStart = end++;
      continue;
    }
    const read = octet === BACKSLASH ? escapedOctet(octets, at + 1) : octet;
    if (read < 0) return undefined;
    at += read >> 8;
    out[end++] = read & 0xff;
  }
  end = closeLastLabel(out, labelStart, end);
  if (end < 0 || end + suffix.length > MAX_NAME_OCTETS) return undefined;
  out.set(suffix, end);
  return out.subarray(0, end + suffix.length);
}

/** Closes the label that is open at the end of a text, if there was no final dot; -1 if it is bad. */
function closeLastLabel(out: Uint8Array, labelStart: number, end: number): number {
  const hadFinalDot = labelStart > 0 && end === labelStart + 1;
  if (hadFinalDot) return labelStart;
  return closeLabel(out, labelStart, end) ? end : -1;
}

function closeLabel(out: Uint8Array, labelStart: number, end: number): boolean {
  const length = end - labelStart - 1;
  out[labelStart] = length;
  return length > 0 && length <= MAX_LABEL_OCTETS;
}

/**
 * The octet that an escape stands for, with the number of octets it takes after the backslash in
 * the bits from 8 up; -1 if there is nothing after the backslash or the number is over 255.
 */
export function escapedOctet(octets: Uint8Array, at: number): number {
  const first = octets[at] ?? -1;
  const second = (octets[at + 1] ?? 0) - 0x30;
  const third = (octets[at + 2] ?? 0) - 0x30;
  const isNumber = isDigit(first - 0x30) && isDigit(second) && isDigit(third);
  if (!isNumber) return first < 0 ? -1 : (1 << 8) | first;
  const value = (first - 0x30) * 100 + second * 10 + third;
  return value > 0xff ? -1 : (3 << 8) | value;
}

function isDigit(value: number): boolean {
  return value >= 0 && value <= 9;
}

/** The name that starts at `offset`, in text form with a final dot and CoreDNS's escapes. */
export function formatName(name: Uint8Array, offset = 0): string {
  let text = '';
  let at = offset;
  for (let length = name[at++] ?? 0; length !== 0; length = name[at++] ?? 0) {
    for (const end = at + length; at < end; at++) text += formatOctet(name[at] ?? 0);
    text += '.';
  }
  return text === '' ? '.' : text;
}

function formatOctet(octet: number): string {
  if (octet < 0x20 || octet > 0x7e) return `\\${String(octet).padStart(3, '0')}`;
  const char = String.fromCharCode(octet);
  return isSpecial[octet] === 1 ? `\\${char}` : char;
}

/** The name with A-Z in lower case; the same array if there are none. */
export function lowerName(name: Name): Name {
  for (let at = 0; at < name.length; at++) {
    const octet = name[at] ?? 0;
    if (lowerCase[octet] !== octet) return name.map((each) => lowerCase[each] ?? 0);
  }
  return name;
}

/** Compares two names without case (RFC 4343). */
export function equalNames(a: Name, b: Name): boolean {
  return a.length === b.length && equalTails(a, 0, b);
}

function equalTails(a: Name, offset: number, b: Name): boolean {
  for (let at = 0; at < b.length; at++) {
    if (lowerCase[a[offset + at] ?? 0] !== lowerCase[b[at] ?? 0]) return false;
  }
  return true;
}

/** Says whether child is parent or lies below it, without case. */
export function isSubdomain(child: Name, parent: Name): boolean {
  const target = child.length - parent.length;
  let at = 0;
  while (at < target) at += (child[at] ?? 0) + 1;
  return at === target && equalTails(child, target, parent);
}

/** The number of labels; the root has 0. */
export function labelCount(name: Name): number {
  let count = 0;
  for (let at = 0; (name[at] ?? 0) !== 0; at += (name[at] ?? 0) + 1) count++;
  return count;
}

/** The name without its first label, sharing its memory; the root stays the root. */
export function parentName(name: Name): Name {
  const length = name[0] ?? 0;
  return length === 0 ? name : name.subarray(length + 1);
}

/** The octets that the uncompressed name at `offset` takes; -1 if it is malformed or cut. */
export function nameLength(bytes: Uint8Array, offset: number): number {
  let at = offset;
  for (;;) {
    const length = bytes[at] ?? 0xff;
    if (length > MAX_LABEL_OCTETS) return -1;
    at += length + 1;
    if (at - offset > MAX_NAME_OCTETS) return -1;
    if (length === 0) return at - offset;
  }
}

/** Labels (without length octets) in front of a name; undefined if one is empty or too long, or the whole is. */
export function joinLabels(labels: readonly Uint8Array[], suffix: Name): Name | undefined {
  let length = suffix.length;
  for (const label of labels) {
    if (label.length === 0 || label.length > MAX_LABEL_OCTETS) return undefined;
    length += label.length + 1;
  }
  if (length > MAX_NAME_OCTETS) return undefined;
  const out = new Uint8Array(length);
  let at = 0;
  for (const label of labels) {
    out[at] = label.length;
    out.set(label, at + 1);
    at += label.length + 1;
  }
  out.set(suffix, at);
  return out;
}

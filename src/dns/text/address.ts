// IP addresses in rdata text: dotted quads and RFC 4291 / RFC 5952 for IPv6. This room imports
// nothing, so it has its own; it accepts what Go's net.ParseIP accepts (no zone, no leading zeros).

/** The 4 octets of a dotted quad; undefined if the text is none. */
export function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  const out = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    out[index] = Number(part);
  }
  return out;
}

/** The 16 octets of an IPv6 address, an embedded dotted quad allowed; undefined if the text is none. */
export function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? '', true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const length = head.length + tail.length;
  // `::` stands for at least one group of zeros.
  if (halves.length === 1 ? length !== 16 : length > 14) return undefined;
  const out = new Uint8Array(16);
  out.set(head);
  out.set(tail, 16 - tail.length);
  return out;
}

/** The octets of groups between colons; a dotted quad may be the last one where `isEnd`. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  const out: number[] = [];
  if (text === '') return out;
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      out.push(value >> 8, value & 0xff);
      continue;
    }
    const quad = isEnd && index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (quad === undefined) return undefined;
    out.push(...quad);
  }
  return out;
}

/** 4 octets as a dotted quad. */
export function formatIpv4(octets: Uint8Array): string {
  return octets.join('.');
}

/** 16 octets in the form of RFC 5952; v4-mapped addresses as `::ffff:10.0.0.1`. */
export function formatIpv6(octets: Uint8Array): string {
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push(((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0));
  if (isMappedIpv4(octets)) {
    return `::ffff:${formatIpv4(octets.subarray(12))}`;
  }
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

/** Says whether 16 octets are an IPv4 address in disguise (`::ffff:0:0/96`). */
export function isMappedIpv4(octets: Uint8Array): boolean {
  return octets.subarray(0, 12).every((octet, index) => octet === (index < 10 ? 0 : 0xff));
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}

// What a name of plugin k8s_external answers, as a value of the name table: a list of addresses and hosts with ports, in
// CoreDNS's order and with its duplicates, which decide on weights and CNAMEs. Numbers in network order:
//
//   per entry: kind u8 (4, 6, 0 = host name) | port u32 (0xffffffff = none) | length u8, host | length u8, target labels

import type { Name } from '../dns/name.ts';
import { u32At } from '../dns/rdata/octets.ts';
import type { Labels } from './node-writer.ts';

/** One address or host with a port. */
export interface ExternalEntry {
  /** 4 or 16 octets of an address, or a name. */
  readonly host: Uint8Array | Name;
  readonly kind: 'ipv4' | 'ipv6' | 'name';
  /** Undefined when the service has no ports: the address counts, an SRV record there is none. */
  readonly port: number | undefined;
  /** Labels of the SRV target below the zone. */
  readonly target: Labels;
}

const KINDS = { ipv4: 4, ipv6: 6, name: 0 } as const;
const NO_PORT = 0xffff_ffff;
const PORT_OFFSET = 1;
const HOST_OFFSET = 5;

/** Encodes a list. */
export function encodeExternal(entries: readonly ExternalEntry[]): Uint8Array {
  let length = 0;
  for (const { host, target } of entries) length += HOST_OFFSET + 2 + host.length + target.length;
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const { kind, port, host, target } of entries) {
    out[at] = KINDS[kind];
    view.setUint32(at + PORT_OFFSET, port ?? NO_PORT);
    at += HOST_OFFSET;
    for (const octets of [host, target]) {
      out[at] = octets.length;
      out.set(octets, at + 1);
      at += 1 + octets.length;
    }
  }
  return out;
}

/** Decodes the `length` octets from `offset`; everything is copied. */
export function decodeExternal(bytes: Uint8Array, offset: number, length: number): ExternalEntry[] {
  const entries: ExternalEntry[] = [];
  const end = offset + length;
  for (let at = offset; at < end; ) {
    const kind = bytes[at];
    const port = u32At(bytes, at + PORT_OFFSET);
    const host = sizedAt(bytes, at + HOST_OFFSET);
    const target = sizedAt(bytes, at + HOST_OFFSET + 1 + host.length);
    entries.push({
      host,
      kind: kind === KINDS.ipv4 ? 'ipv4' : kind === KINDS.ipv6 ? 'ipv6' : 'name',
      port: port === NO_PORT ? undefined : port,
      target,
    });
    at += HOST_OFFSET + 2 + host.length + target.length;
  }
  return entries;
}

function sizedAt(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.slice(at + 1, at + 1 + (bytes[at] ?? 0));
}

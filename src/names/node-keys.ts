// Keys of the kubernetes plugin's name table. Most are the lower-case wire labels of a name relative to its zone, root label left
// out, so a query's own octets are the key. What is no name in a cluster zone ends in a one-octet label instead of
// `svc` or `pod`, so that the kinds never meet:
//
//   web.shop.svc                        a service             shop.svc, shop.pod    an exposed namespace
//   ep-0.web.shop.svc                   an endpoint           10-1-2-3.shop.pod     a pod (pods verified)
//   _http._tcp.web.shop.svc             a port; `_` is any    ... m                 the same names of multicluster zones
//   east-1.web.shop.svc z               endpoints in a zone   web.shop.svc z        the service has zonal names
//   10.96.0.1 r (binary)                reverse name          10.1.2.3 p (binary)   the pod of a client
//   n                                   apex: the name servers
//   web.shop x, _http._tcp.web.shop x   external addresses    web.shop h, ep-0.web.shop h    endpoints (k8s_external)
//   198.51.100.1 o (binary)             owners of an external address
//   e                                   external addresses of the name servers
//
// Ports always have their underscores here, though queries may leave them out.

import { formatIp, parseIp, unmapIp } from '../base/ip.ts';
import type { Labels } from './node-writer.ts';

/** Last octet of the keys that are no names of a cluster zone. */
export const MULTICLUSTER_MARK = 0x6d;
export const ZONAL_MARK = 0x7a;
export const REVERSE_MARK = 0x72;
export const CLIENT_MARK = 0x70;
export const NAME_SERVER_MARK = 0x6e;
export const EXTERNAL_MARK = 0x78;
export const HEADLESS_MARK = 0x68;
export const OWNER_MARK = 0x6f;

/** Octets that a mark adds to a key. */
export const MARK_LENGTH = 2;

/** Key of the name servers. */
export const NAME_SERVER_KEY: Uint8Array = Uint8Array.of(1, NAME_SERVER_MARK);

/** Key of the name servers' external addresses. */
export const EXTERNAL_SERVER_KEY: Uint8Array = Uint8Array.of(1, 0x65);

const MAX_LABEL_OCTETS = 63;
const IPV4_LENGTH = 4;
const DOT = 0x2e;
const encoder = new TextEncoder();

/** A key with a mark behind it. */
export function markedKey(octets: Uint8Array, mark: number): Uint8Array {
  const key = new Uint8Array(octets.length + MARK_LENGTH);
  key.set(octets);
  key[octets.length] = 1;
  key[octets.length + 1] = mark;
  return key;
}

/**
 * The key of an address, 4 or 16 octets and a mark. Mapped IPv4 addresses count as IPv4. Undefined when the text is no
 * address or not its canonical text: CoreDNS finds addresses by text.
 */
export function addressKey(text: string, mark: number): Uint8Array | undefined {
  const octets = parseIp(text);
  if (octets === undefined) return undefined;
  // An IPv4 address has one text.
  if (octets.length === IPV4_LENGTH) return markedKey(octets, mark);
  const address = unmapIp(octets);
  return formatIp(address) === text ? markedKey(address, mark) : undefined;
}

/** Same as wireLabels for labels joined by dots; '' are no labels. */
export function wireText(text: string, longest: number = MAX_LABEL_OCTETS): Labels | undefined {
  if (text === '') return new Uint8Array(0);
  const wire = new Uint8Array(text.length + 1);
  let start = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : DOT;
    if (code > 0x7f) return wireLabels(text.split('.'), longest);
    if (code !== DOT) {
      wire[at + 1] = code;
      continue;
    }
    const length = at - start;
    if (length === 0 || length > longest) return undefined;
    wire[start] = length;
    start = at + 1;
  }
  return wire;
}

/** Label texts in wire form without the root label. Undefined when one is empty or over `longest` octets. */
export function wireLabels(
  texts: readonly string[],
  longest: number = MAX_LABEL_OCTETS,
): Labels | undefined {
  if (!texts.every(isAscii))
    return wireOctets(
      texts.map((text) => encoder.encode(text)),
      longest,
    );
  let length = texts.length;
  for (const text of texts) length += text.length;
  const wire = new Uint8Array(length);
  let at = 0;
  for (const text of texts) {
    if (text.length === 0 || text.length > longest) return undefined;
    wire[at++] = text.length;
    // Ten times faster than TextEncoder for texts of this length.
    for (let index = 0; index < text.length; index++) wire[at++] = text.charCodeAt(index);
  }
  return wire;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return false;
  }
  return true;
}

/** Nobody can ask for labels that are not ASCII, but an endpoint's hostname may hold them all the same. */
function wireOctets(labels: readonly Uint8Array[], longest: number): Labels | undefined {
  const wire = new Uint8Array(labels.reduce((sum, label) => sum + 1 + label.length, 0));
  let at = 0;
  for (const label of labels) {
    if (label.length === 0 || label.length > longest) return undefined;
    wire[at] = label.length;
    wire.set(label, at + 1);
    at += 1 + label.length;
  }
  return wire;
}

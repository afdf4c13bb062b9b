// Whether a name is `ns.dns` of its zone. CoreDNS compares texts (isDefaultNS of plugin/kubernetes/ns.go): the zone has to stand
// behind `ns.dns.`, and anything may follow. A search list makes such names: `ns.dns.cluster.local.shop.svc.cluster.local.`

import { formatName, type Name } from '../../dns/name.ts';

/** `ns.dns` in wire form, relative to the zone. */
const LABELS: Uint8Array = new TextEncoder().encode('\x02ns\x03dns');
const TEXT_LENGTH = 'ns.dns.'.length;

/** Whether a lower-case name may be one: it begins with these two labels. */
export function beginsAsNameServer(name: Uint8Array): boolean {
  for (let at = 0; at < LABELS.length; at++) if (name[at] !== LABELS[at]) return false;
  return true;
}

/**
 * Whether a lower-case name is the name server's in the zone that the query spells `zone`: never with capitals in the zone, and
 * never below the root, whose text is the first dot.
 */
export function isNameServerName(name: Name, zone: Name): boolean {
  return beginsAsNameServer(name) && formatName(name).indexOf(formatName(zone)) === TEXT_LENGTH;
}

// IPv4 and IPv6 addresses as rdata fields.
// The text forms themselves are in ../../text/address.ts.

import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from '../../text/address.ts';
import type { RdataField } from '../field.ts';

/** Four octets in dotted form. */
export function ipv4Field(label: string): RdataField {
  return addressField(label, 4);
}

/** Sixteen octets in the form of RFC 5952. */
export function ipv6Field(label: string): RdataField {
  return addressField(label, 16);
}

function addressField(label: string, octets: 4 | 16): RdataField {
  const parse = octets === 4 ? parseIpv4 : parseIpv6;
  const format = octets === 4 ? formatIpv4 : formatIpv6;
  return {
    label,
    isName: false,
    length: () => octets,
    parse(cursor, out) {
      const address = parse(cursor.next()?.text ?? '');
      if (address !== undefined) out.bytes(address);
      return address !== undefined;
    },
    format: (rdata, offset, end) => format(rdata.subarray(offset, end)),
  };
}

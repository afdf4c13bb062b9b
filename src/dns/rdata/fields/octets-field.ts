// Octets up to the end of the rdata, in text as hex digits or base64 that may be split into words.
// An rdata with such a field at its end has no text but the generic one while the field is empty.

import { base64Octets, toBase64 } from '../../text/base64.ts';
import { hexOctets, toHex } from '../../text/hex.ts';
import type { RdataField } from '../field.ts';

/** The rest of the rdata as lower-case hex digits. */
export function hexField(label: string): RdataField {
  return restField(label, hexOctets, toHex);
}

/** The rest of the rdata as base64. */
export function base64Field(label: string): RdataField {
  return restField(label, base64Octets, toBase64);
}

function restField(
  label: string,
  read: (text: string) => Uint8Array | undefined,
  write: (octets: Uint8Array) => string,
): RdataField {
  return {
    label,
    isName: false,
    // None at all has no text of this form: such an rdata is written in the generic one.
    length: (_rdata, offset, end) => (offset < end ? end - offset : -1),
    parse(cursor, out) {
      const tokens = cursor.rest();
      const octets = read(tokens.map((token) => token.text).join(''));
      if (octets === undefined || octets.length === 0) return false;
      out.bytes(octets);
      return true;
    },
    format: (rdata, offset, end) => write(rdata.subarray(offset, end)),
  };
}

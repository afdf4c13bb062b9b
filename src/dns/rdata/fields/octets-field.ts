// Octets as rdata fields, in text as digits of some base. Those up to the end of the rdata may be split into words; an rdata
// with such a field at its end has no text but the generic one while the field is empty.

import { base64Octets, toBase64 } from '../../text/base64.ts';
import { hexOctets, toHex } from '../../text/hex.ts';
import type { RdataField } from '../field.ts';

/** How octets are written. */
export interface OctetsText {
  /** Undefined for a wrong text. */
  readonly read: (text: string) => Uint8Array | undefined;
  readonly write: (octets: Uint8Array) => string;
}

const MAX_SIZED_OCTETS = 255;

/** The rest of the rdata as lower-case hex digits. */
export function hexField(label: string): RdataField {
  return restField(label, { read: hexOctets, write: toHex });
}

/** The rest of the rdata as base64. */
export function base64Field(label: string): RdataField {
  return restField(label, { read: base64Octets, write: toBase64 });
}

/** Octets behind a length octet, one word in text. */
export function sizedField(label: string, { read, write }: OctetsText): RdataField {
  return {
    label,
    isName: false,
    length: (rdata, offset) => 1 + (rdata[offset] ?? 0),
    parse(cursor, out) {
      const octets = read(cursor.next()?.text ?? '');
      if (octets === undefined || octets.length > MAX_SIZED_OCTETS) return false;
      out.u8(octets.length);
      out.bytes(octets);
      return true;
    },
    format: (rdata, offset, end) => write(rdata.subarray(offset + 1, end)),
  };
}

function restField(label: string, { read, write }: OctetsText): RdataField {
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

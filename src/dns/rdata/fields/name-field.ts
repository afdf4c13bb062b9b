// A domain name as an rdata field. Relative names take the origin; whether the name may be compressed
// on the wire is the type's affair (codec.ts), not the field's.

import { formatName, nameLength, parseNameWithOrigin } from '../../name.ts';
import type { RdataField } from '../field.ts';

/** A name. */
export function nameField(label: string): RdataField {
  return {
    label,
    isName: true,
    length: (rdata, offset, end) => {
      const length = nameLength(rdata, offset);
      return offset + length > end ? -1 : length;
    },
    parse(cursor, out) {
      const name = parseNameWithOrigin(cursor.next()?.text ?? '', cursor.origin);
      if (name !== undefined) out.bytes(name);
      return name !== undefined;
    },
    format: (rdata, offset) => formatName(rdata, offset),
  };
}

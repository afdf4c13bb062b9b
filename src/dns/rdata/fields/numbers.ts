// Unsigned numbers of 8, 16 and 32 bits as rdata fields: decimal text, network order on the wire.
// Times with units have a field of their own (ttl.ts).

import type { RdataField } from '../field.ts';
import { u16At, u32At } from '../octets.ts';

/** A decimal number that fits `octets` octets; undefined otherwise. */
export function parseDecimal(text: string | undefined, octets: number): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const value = Number(text);
  return value < 2 ** (8 * octets) ? value : undefined;
}

/** An 8-bit number. */
export function u8Field(label: string): RdataField {
  return {
    label,
    isName: false,
    length: () => 1,
    parse(cursor, out) {
      const value = parseDecimal(cursor.next()?.text, 1);
      if (value !== undefined) out.u8(value);
      return value !== undefined;
    },
    format: (rdata, offset) => String(rdata[offset]),
  };
}

/** A 16-bit number. */
export function u16Field(label: string): RdataField {
  return {
    label,
    isName: false,
    length: () => 2,
    parse(cursor, out) {
      const value = parseDecimal(cursor.next()?.text, 2);
      if (value !== undefined) out.u16(value);
      return value !== undefined;
    },
    format: (rdata, offset) => String(u16At(rdata, offset)),
  };
}

/** A 32-bit number. */
export function u32Field(label: string): RdataField {
  return {
    label,
    isName: false,
    length: () => 4,
    parse(cursor, out) {
      const value = parseDecimal(cursor.next()?.text, 4);
      if (value !== undefined) out.u32(value);
      return value !== undefined;
    },
    format: (rdata, offset) => String(u32At(rdata, offset)),
  };
}

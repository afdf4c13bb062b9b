// Signature times as rdata fields: seconds since 1970 modulo 2^32, in text as YYYYMMDDHHmmSS in UTC or as
// a plain number (RFC 4034, section 3.2).

import type { RdataField } from '../field.ts';
import { u32At } from '../octets.ts';
import { parseDecimal } from './numbers.ts';

const DATE = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;

/** A signature time. */
export function timestampField(label: string): RdataField {
  return {
    label,
    isName: false,
    length: () => 4,
    parse(cursor, out) {
      const seconds = parseTimestamp(cursor.next()?.text ?? '');
      if (seconds !== undefined) out.u32(seconds);
      return seconds !== undefined;
    },
    format: (rdata, offset) => formatTimestamp(u32At(rdata, offset)),
  };
}

function parseTimestamp(text: string): number | undefined {
  const parts = DATE.exec(text);
  if (parts === null) return parseDecimal(text, 4);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map(Number);
  const milliseconds = Date.UTC(year, month - 1, day, hour, minute, second);
  // Date.UTC rolls a 32nd of January over: only what comes out as it went in is a time.
  if (isoDigits(milliseconds) !== text) return undefined;
  const seconds = milliseconds / 1000;
  return seconds >= 0 ? seconds % 2 ** 32 : undefined;
}

/** YYYYMMDDHHmmSS in UTC. */
export function formatTimestamp(seconds: number): string {
  return isoDigits(seconds * 1000);
}

function isoDigits(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace(/\D/g, '');
}

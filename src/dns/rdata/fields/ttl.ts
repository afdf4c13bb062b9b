// Times in seconds as rdata fields, as master files write them: `3600` or `1h30m` (BIND's units
// s, m, h, d, w). Records' TTLs in master files have the same form.

import type { RdataField } from '../field.ts';
import { u32At } from '../octets.ts';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** Seconds of a TTL text (`300`, `1h30m`, any case); undefined if it is none or over 32 bits. */
export function parseTtl(text: string): number | undefined {
  if (!/^(?:\d+[smhdw])*\d*$/i.test(text) || text === '') return undefined;
  let seconds = 0;
  for (const [, digits, unit = 's'] of text.matchAll(/(\d+)([smhdw])?/gi)) {
    seconds += Number(digits) * (SECONDS[unit.toLowerCase()] ?? 1);
  }
  return seconds <= 0xffffffff ? seconds : undefined;
}

/** A 32-bit number of seconds; written in decimal. */
export function ttlField(label: string): RdataField {
  return {
    label,
    isName: false,
    length: () => 4,
    parse(cursor, out) {
      const seconds = parseTtl(cursor.next()?.text ?? '');
      if (seconds !== undefined) out.u32(seconds);
      return seconds !== undefined;
    },
    format: (rdata, offset) => String(u32At(rdata, offset)),
  };
}

// TSIG: the signature of a message between two servers that share a key (RFC 8945, section 4.2). Only the record; it has no
// master-file form, so that text is written for tools and never read.

import { toHex } from '../text/hex.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import type { RdataField } from './field.ts';
import { nameField } from './fields/name-field.ts';
import { u16Field } from './fields/numbers.ts';
import { formatTimestamp } from './fields/timestamp.ts';
import { u16At, u32At } from './octets.ts';

/** The last second that has four digits for its year. */
const LAST_DATE = 253_402_300_799;
const TIME_OCTETS = 6;

/** Seconds since 1970 in 48 bits, in text as YYYYMMDDHHmmSS where the year has four digits. */
const timeField: RdataField = {
  label: 'TimeSigned',
  isName: false,
  length: () => TIME_OCTETS,
  parse: () => false,
  format(rdata, offset) {
    const seconds = u16At(rdata, offset) * 2 ** 32 + u32At(rdata, offset + 2);
    return seconds > LAST_DATE ? String(seconds) : formatTimestamp(seconds);
  },
};

/** Octets behind a length of 16 bits, in text the length and upper-case hex digits. */
function sizedField(label: string): RdataField {
  return {
    label,
    isName: false,
    length: (rdata, offset) => 2 + u16At(rdata, offset),
    parse: () => false,
    format(rdata, offset, end) {
      const size = u16At(rdata, offset);
      const digits = toHex(rdata.subarray(offset + 2, end)).toUpperCase();
      return size === 0 ? '0' : `${size} ${digits}`;
    },
  };
}

const base = defineCodec({
  word: 'TSIG',
  fields: [
    nameField('Algorithm'),
    timeField,
    u16Field('Fudge'),
    sizedField('MAC'),
    u16Field('OrigId'),
    u16Field('Error'),
    sizedField('OtherData'),
  ],
});

export const tsigCodec: RdataCodec = {
  ...base,
  parseText(tokens, origin) {
    const isGeneric = tokens[0]?.text === '\\#' && !tokens[0].isQuoted;
    return isGeneric
      ? base.parseText(tokens, origin)
      : 'TSIG records do not have a presentation format';
  },
};

// CAA: which certification authorities may issue for a name (RFC 8659, section 4.1).
// Tags are written as bare words where they can be, values always quoted.

import { quoteOctets, unescapeText } from '../text/escapes.ts';
import { defineCodec, type RdataCodec } from './codec.ts';
import type { RdataField } from './field.ts';
import { u8Field } from './fields/numbers.ts';
import { wordField } from './fields/strings.ts';

/** The property's value: all octets that are left, without a length of their own. */
const valueField: RdataField = {
  label: 'Value',
  isName: false,
  length: (_rdata, offset, end) => end - offset,
  parse(cursor, out) {
    const token = cursor.next();
    const value = token === undefined ? undefined : unescapeText(token.text);
    if (value !== undefined) out.bytes(value);
    return value !== undefined;
  },
  format: (rdata, offset, end) => quoteOctets(rdata.subarray(offset, end)),
};

export const caaCodec: RdataCodec = defineCodec({
  word: 'CAA',
  fields: [u8Field('Flag'), wordField('Tag'), valueField],
});

// Rdata that is not looked into: types without a codec of their own (RFC 3597). Text is `\# n hex`
// in both directions; any octets fit.

import { defineCodec, formatGeneric, type RdataCodec } from './codec.ts';
import type { RdataField } from './field.ts';

const opaqueField: RdataField = {
  label: 'Rdata',
  isName: false,
  length: (_rdata, offset, end) => end - offset,
  parse: () => false,
  format: (rdata, offset, end) => formatGeneric(rdata.subarray(offset, end)),
};

/** The codec of every type that rdata/table.ts does not list. */
export const opaqueCodec: RdataCodec = defineCodec({ word: 'RFC3597', fields: [opaqueField] });

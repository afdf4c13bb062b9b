// CAA: which certification authorities may issue for a name (RFC 8659, section 4.1).
// Tags are written as bare words where they can be, values always quoted.

import { defineCodec, type RdataCodec } from './codec.ts';
import { u8Field } from './fields/numbers.ts';
import { quotedRestField, wordField } from './fields/strings.ts';

export const caaCodec: RdataCodec = defineCodec({
  word: 'CAA',
  fields: [u8Field('Flag'), wordField('Tag'), quotedRestField('Value')],
});

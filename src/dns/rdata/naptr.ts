// NAPTR: a rewriting rule that leads to services (RFC 3403, section 4).
// The regular expression is carried as it is and never run.

import { defineCodec, type RdataCodec } from './codec.ts';
import { nameField } from './fields/name-field.ts';
import { u16Field } from './fields/numbers.ts';
import { stringField } from './fields/strings.ts';

export const naptrCodec: RdataCodec = defineCodec({
  word: 'NAPTR',
  fields: [
    u16Field('Order'),
    u16Field('Preference'),
    stringField('Flags'),
    stringField('Service'),
    stringField('Regexp'),
    nameField('Replacement'),
  ],
});

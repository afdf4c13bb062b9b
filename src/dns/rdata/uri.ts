// URI: where a service is, as a URI (RFC 7553, section 4). The URI is not looked into.

import { defineCodec, type RdataCodec } from './codec.ts';
import { u16Field } from './fields/numbers.ts';
import { quotedRestField } from './fields/strings.ts';

export const uriCodec: RdataCodec = defineCodec({
  word: 'URI',
  fields: [u16Field('Priority'), u16Field('Weight'), quotedRestField('Target')],
});

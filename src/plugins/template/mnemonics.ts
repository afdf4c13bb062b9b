// The mnemonics that stanzas take: exactly as miekg/dns spells them, so no lower case and no TYPEnnn.

import { rcodeCode, rcodeName } from '../../dns/codes/rcode.ts';
import { rrClassCode, rrClassName } from '../../dns/codes/rr-class.ts';
import { rrTypeCode, rrTypeName } from '../../dns/codes/rr-type.ts';

/** Words of response codes besides the ones that replies show. */
const RCODE_ALIASES: ReadonlyMap<string, number> = new Map([
  ['NOTIMPL', 4],
  ['BADSIG', 16],
]);

/** The number of a class; undefined if the word is none. */
export function classCode(word: string): number | undefined {
  const code = rrClassCode(word);
  return code !== undefined && rrClassName(code) === word && !/^CLASS\d/.test(word)
    ? code
    : undefined;
}

/** The number of a type; undefined if the word is none. */
export function typeCode(word: string): number | undefined {
  const code = rrTypeCode(word);
  return code !== undefined && rrTypeName(code) === word && !/^TYPE\d/.test(word)
    ? code
    : undefined;
}

/** The number of a response code; undefined if the word is none. */
export function responseCode(word: string): number | undefined {
  const code = rcodeCode(word);
  return code !== undefined && rcodeName(code) === word ? code : RCODE_ALIASES.get(word);
}

// Character strings as rdata fields: a length octet and up to 255 octets (RFC 1035, section 3.3).
// In text they are words or quoted strings; they are always written quoted.

import { quoteOctets, unescapeText } from '../../text/escapes.ts';
import type { RdataField, TextToken } from '../field.ts';
import type { OctetSink } from '../octet-sink.ts';

const MAX_STRING_OCTETS = 255;

/** One character string. */
export function stringField(label: string): RdataField {
  return {
    label,
    isName: false,
    length: (rdata, offset) => 1 + (rdata[offset] ?? 0),
    parse: (cursor, out) => parseString(cursor.next(), out),
    format: (rdata, offset, end) => quoteOctets(rdata.subarray(offset + 1, end)),
  };
}

/** One or more character strings up to the end of the rdata; longer text is split, as CoreDNS does. */
export function stringsField(label: string): RdataField {
  return {
    label,
    isName: false,
    length(rdata, offset, end) {
      let at = offset;
      while (at < end) at += 1 + (rdata[at] ?? 0);
      return at === end ? end - offset : -1;
    },
    parse: (cursor, out) => !cursor.isDone && cursor.rest().every((each) => parseLong(each, out)),
    format(rdata, offset, end) {
      const texts: string[] = [];
      for (let at = offset; at < end; at += 1 + (rdata[at] ?? 0)) {
        texts.push(quoteOctets(rdata.subarray(at + 1, at + 1 + (rdata[at] ?? 0))));
      }
      return texts.join(' ');
    },
  };
}

function parseLong(token: TextToken, out: OctetSink): boolean {
  const octets = unescapeText(token.text);
  if (octets === undefined) return false;
  let at = 0;
  do {
    const part = octets.subarray(at, at + MAX_STRING_OCTETS);
    out.u8(part.length);
    out.bytes(part);
    at += MAX_STRING_OCTETS;
  } while (at < octets.length);
  return true;
}

function parseString(token: TextToken | undefined, out: OctetSink): boolean {
  const octets = token === undefined ? undefined : unescapeText(token.text);
  if (octets === undefined || octets.length > MAX_STRING_OCTETS) return false;
  out.u8(octets.length);
  out.bytes(octets);
  return true;
}

/** All octets that are left, without a length of their own; one quoted string in text. */
export function quotedRestField(label: string): RdataField {
  return {
    label,
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
}

/** One character string that is written as a bare word where it can be, quoted otherwise. */
export function wordField(label: string): RdataField {
  const field = stringField(label);
  return {
    ...field,
    format(rdata, offset, end) {
      const octets = rdata.subarray(offset + 1, end);
      const isWord = octets.length > 0 && octets.every(isAlphanumeric);
      return isWord ? String.fromCharCode(...octets) : quoteOctets(octets);
    },
  };
}

function isAlphanumeric(octet: number): boolean {
  const letter = octet | 0x20;
  return (octet >= 0x30 && octet <= 0x39) || (letter >= 0x61 && letter <= 0x7a);
}

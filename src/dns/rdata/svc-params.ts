// The values of service parameters, text both ways and the check of their octets, a row for each key
// (RFC 9460, section 7; RFC 9461 for dohpath, RFC 9540 for ohttp). Where they stand in a record: svcb.ts.

import { formatIpv4, formatIpv6, isMappedIpv4, parseIpv4, parseIpv6 } from '../text/address.ts';
import { base64Octets, toBase64 } from '../text/base64.ts';
import { quoteOctets, unescapeText } from '../text/escapes.ts';
import { parseDecimal } from './fields/numbers.ts';
import { OctetSink } from './octet-sink.ts';
import { u16At } from './octets.ts';

/** How the value of one key is read and written. */
interface ParamValue {
  /** Checks octets off the wire, as strictly as CoreDNS does. */
  isValid(value: Uint8Array): boolean;
  /** The octets of an unquoted text; undefined if it is wrong. */
  parse(text: string): Uint8Array | undefined;
  /** The quoted text; undefined where only the form `keyNNN` can hold the octets. */
  format(value: Uint8Array): string | undefined;
}

/** Keys by word, in the order of their numbers. */
const KEY_WORDS: readonly string[] = [
  'mandatory',
  'alpn',
  'no-default-alpn',
  'port',
  'ipv4hint',
  'ech',
  'ipv6hint',
  'dohpath',
  'ohttp',
];

/** The number that RFC 9460 keeps free: a parameter with it is malformed. */
const RESERVED_KEY = 0xffff;

/** The word of a key: `alpn`, `key65000`. */
function paramKeyName(key: number): string {
  return KEY_WORDS[key] ?? `key${key}`;
}

/** The number of a key's word or `keyNNN`; undefined if it is neither. */
function paramKeyCode(word: string): number | undefined {
  const known = KEY_WORDS.indexOf(word);
  if (known >= 0) return known;
  const key = word.startsWith('key') ? parseDecimal(word.slice(3), 2) : undefined;
  return key === RESERVED_KEY ? undefined : key;
}

const mandatoryValue: ParamValue = {
  isValid: (value) => value.length % 2 === 0,
  parse(text) {
    const out = new OctetSink();
    for (const word of text === '' ? [] : text.split(',')) {
      const key = paramKeyCode(word);
      if (key === undefined) return undefined;
      out.u16(key);
    }
    return out.toBytes();
  },
  format(value) {
    const words: string[] = [];
    for (let at = 0; at < value.length; at += 2) words.push(paramKeyName(u16At(value, at)));
    return words.includes(`key${RESERVED_KEY}`) ? undefined : `"${words.join(',')}"`;
  },
};

const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/** Protocol names: in text a list with commas, where a comma inside a name has a backslash. */
const alpnValue: ParamValue = {
  isValid(value) {
    let at = 0;
    while (at < value.length) at += 1 + (value[at] ?? 0);
    return at === value.length;
  },
  parse(text) {
    const octets = unescapeText(text);
    return octets === undefined ? undefined : parseAlpn(octets);
  },
  format(value) {
    const out = new OctetSink();
    for (let at = 0; at < value.length; at += 1 + (value[at] ?? 0)) {
      if (value[at] === 0) return undefined;
      if (at > 0) out.u8(COMMA);
      for (const octet of value.subarray(at + 1, at + 1 + (value[at] ?? 0))) {
        if (octet === COMMA || octet === BACKSLASH) out.u8(BACKSLASH);
        out.u8(octet);
      }
    }
    return quoteOctets(out.toBytes());
  },
};

function parseAlpn(octets: Uint8Array): Uint8Array | undefined {
  const out = new OctetSink();
  let name: number[] = [];
  for (let at = 0; at <= octets.length && octets.length > 0; at++) {
    const octet = octets[at];
    if (octet === BACKSLASH && at + 1 < octets.length) {
      name.push(octets[++at] ?? 0);
    } else if (octet !== COMMA && octet !== undefined) {
      name.push(octet);
    } else {
      if (name.length === 0 || name.length > 255) return undefined;
      out.u8(name.length);
      out.bytes(Uint8Array.from(name));
      name = [];
    }
  }
  return out.toBytes();
}

/** A key without a value. */
const emptyValue: ParamValue = {
  isValid: (value) => value.length === 0,
  parse: (text) => (text === '' ? new Uint8Array(0) : undefined),
  format: () => '""',
};

const portValue: ParamValue = {
  isValid: (value) => value.length === 2,
  parse(text) {
    const port = parseDecimal(text, 2);
    return port === undefined ? undefined : Uint8Array.of(port >> 8, port);
  },
  format: (value) => `"${u16At(value, 0)}"`,
};

function addressesValue(octets: 4 | 16): ParamValue {
  const parse = octets === 4 ? parseIpv4 : parseIpv6;
  const format = octets === 4 ? formatIpv4 : formatIpv6;
  return {
    isValid(value) {
      if (value.length === 0 || value.length % octets !== 0) return false;
      return octets === 4 || split(value, octets).every((address) => !isMappedIpv4(address));
    },
    parse(text) {
      const out = new OctetSink();
      for (const word of text.split(',')) {
        const address = parse(word);
        if (address === undefined) return undefined;
        out.bytes(address);
      }
      return out.toBytes();
    },
    format: (value) => `"${split(value, octets).map(format).join(',')}"`,
  };
}

function split(value: Uint8Array, octets: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < value.length; at += octets) parts.push(value.subarray(at, at + octets));
  return parts;
}

const base64Value: ParamValue = {
  isValid: () => true,
  parse: base64Octets,
  format: (value) => `"${toBase64(value)}"`,
};

/** Any octets; also what `keyNNN` means for every key. */
const octetsValue: ParamValue = {
  isValid: () => true,
  parse: unescapeText,
  format: quoteOctets,
};

/** In the order of KEY_WORDS. */
const values: readonly ParamValue[] = [
  mandatoryValue,
  alpnValue,
  emptyValue,
  portValue,
  addressesValue(4),
  base64Value,
  addressesValue(16),
  octetsValue,
  emptyValue,
];

/** Says whether a key's octets are what CoreDNS takes (miekg/dns svcb.go). */
export function isParamValid(key: number, value: Uint8Array): boolean {
  return key !== RESERVED_KEY && (values[key] ?? octetsValue).isValid(value);
}

/** A parameter as text: `alpn="h2,h3"`. */
export function formatParam(key: number, value: Uint8Array): string {
  const text = values[key]?.format(value);
  return text === undefined ? `key${key}=${quoteOctets(value)}` : `${paramKeyName(key)}=${text}`;
}

/** Reads a key's word and its unquoted value; undefined if either is wrong. */
export function parseParam(
  word: string,
  text: string,
): { key: number; value: Uint8Array } | undefined {
  const key = paramKeyCode(word);
  if (key === undefined) return undefined;
  const isGeneric = word === `key${key}`;
  const value = (isGeneric ? octetsValue : (values[key] ?? octetsValue)).parse(text);
  return value === undefined || !isParamValid(key, value) ? undefined : { key, value };
}

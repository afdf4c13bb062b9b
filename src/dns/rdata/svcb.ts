// SVCB and HTTPS: how to reach a service, with parameters (RFC 9460, sections 2 and 9). The parameters'
// values are in svc-params.ts.

import { defineCodec, type RdataCodec } from './codec.ts';
import type { RdataField, TextToken } from './field.ts';
import { nameField } from './fields/name-field.ts';
import { u16Field } from './fields/numbers.ts';
import type { OctetSink } from './octet-sink.ts';
import { u16At } from './octets.ts';
import { formatParam, isParamValid, parseParam } from './svc-params.ts';

const PARAM_HEADER_OCTETS = 4;

/** Parameters up to the end of the rdata; their keys rise. */
const paramsField: RdataField = {
  label: 'Params',
  isName: false,
  length: (rdata, offset, end) => (areParams(rdata, offset, end) ? end - offset : -1),
  parse: (cursor, out) => parseParams(cursor.rest(), out),
  format(rdata, offset, end) {
    const texts: string[] = [];
    for (let at = offset; at < end; ) {
      const start = at + PARAM_HEADER_OCTETS;
      const key = u16At(rdata, at);
      at = start + u16At(rdata, at + 2);
      texts.push(formatParam(key, rdata.subarray(start, at)));
    }
    return texts.join(' ');
  },
};

/** The codec of SVCB and HTTPS; `word` is the mnemonic. */
function serviceCodec(word: string): RdataCodec {
  return defineCodec({ word, fields: [u16Field('Priority'), nameField('Target'), paramsField] });
}

export const svcbCodec: RdataCodec = serviceCodec('SVCB');
export const httpsCodec: RdataCodec = serviceCodec('HTTPS');

function areParams(rdata: Uint8Array, offset: number, end: number): boolean {
  let last = -1;
  let at = offset;
  while (at < end) {
    const start = at + PARAM_HEADER_OCTETS;
    if (start > end) return false;
    const key = u16At(rdata, at);
    at = start + u16At(rdata, at + 2);
    if (at > end || key <= last || !isParamValid(key, rdata.subarray(start, at))) return false;
    last = key;
  }
  return true;
}

function parseParams(tokens: readonly TextToken[], out: OctetSink): boolean {
  const params = new Map<number, Uint8Array>();
  for (const [word, text] of splitParams(tokens)) {
    const param = parseParam(word, text);
    if (param === undefined || params.has(param.key)) return false;
    params.set(param.key, param.value);
  }
  for (const [key, value] of [...params].toSorted(([a], [b]) => a - b)) {
    out.u16(key);
    out.u16(value.length);
    out.bytes(value);
  }
  return true;
}

/** Pairs of word and value: `key`, `key=value`, `key="value"` in one token, or `key=` and a quoted token. */
function splitParams(tokens: readonly TextToken[]): [word: string, value: string][] {
  const pairs: [string, string][] = [];
  for (const { text, isQuoted } of tokens) {
    const last = pairs.at(-1);
    if (isQuoted && last?.[0].endsWith('=')) {
      pairs[pairs.length - 1] = [last[0].slice(0, -1), text];
      continue;
    }
    const equals = text.indexOf('=');
    const value = text.slice(equals + 1);
    if (equals < 0 || value === '') pairs.push([text, '']);
    else pairs.push([text.slice(0, equals), /^".*"$/s.test(value) ? value.slice(1, -1) : value]);
  }
  return pairs.map(([word, value]) => [word.replace(/=$/, ''), value]);
}

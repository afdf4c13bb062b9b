// The rdata of OPT: options of a code, a length and octets (RFC 6891, section 6.1.2). Unknown options pass;
// known ones must have the size that CoreDNS wants of them (miekg/dns edns.go), or the message is malformed.
// The text is the generic one: OPT has no master-file form.

import { EdnsOption } from '../codes/edns-option.ts';
import { WireReader } from '../wire/reader.ts';
import { defineCodec, formatGeneric, type RdataCodec } from './codec.ts';
import type { RdataField } from './field.ts';
import { u16At } from './octets.ts';

const OPTION_HEADER_OCTETS = 4;

/** The sizes that options may have; an option without a row may have any. */
const isSizeRight: ReadonlyMap<number, (length: number) => boolean> = new Map([
  [EdnsOption.LLQ, (length: number) => length >= 18],
  [EdnsOption.UL, (length: number) => length === 4 || length === 8],
  [EdnsOption.EXPIRE, (length: number) => length === 0 || length >= 4],
  [EdnsOption.TCP_KEEPALIVE, (length: number) => length === 0 || length === 2],
  [EdnsOption.EXTENDED_ERROR, (length: number) => length >= 2],
  [EdnsOption.ZONEVERSION, (length: number) => length >= 2],
]);

const optionsField: RdataField = {
  label: 'Option',
  isName: false,
  length: (rdata, offset, end) => (areOptions(rdata, offset, end) ? end - offset : -1),
  parse: () => false,
  format: (rdata, offset, end) => formatGeneric(rdata.subarray(offset, end)),
};

export const optCodec: RdataCodec = defineCodec({ word: 'OPT', fields: [optionsField] });

function areOptions(rdata: Uint8Array, offset: number, end: number): boolean {
  let at = offset;
  while (at < end) {
    const start = at + OPTION_HEADER_OCTETS;
    if (start > end) return false;
    const code = u16At(rdata, at);
    at = start + u16At(rdata, at + 2);
    if (at > end || !isOption(code, rdata.subarray(start, at))) return false;
  }
  return true;
}

function isOption(code: number, data: Uint8Array): boolean {
  if (code === EdnsOption.CLIENT_SUBNET) return isClientSubnet(data);
  if (code === EdnsOption.REPORTING) return startsWithName(data);
  return isSizeRight.get(code)?.(data.length) ?? true;
}

/** Family 0 has no prefix, 1 one of at most 32 bits, 2 one of at most 128 (RFC 7871, section 6). */
function isClientSubnet(data: Uint8Array): boolean {
  if (data.length < 4) return false;
  const [, , source = 0, scope = 0] = data;
  switch (u16At(data, 0)) {
    case 0:
      return source === 0;
    case 1:
      return source <= 32 && scope <= 32;
    case 2:
      return source <= 128 && scope <= 128;
    default:
      return false;
  }
}

function startsWithName(data: Uint8Array): boolean {
  const reader = new WireReader(data, data.length);
  reader.name();
  return !reader.hasFailed;
}

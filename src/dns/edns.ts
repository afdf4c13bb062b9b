// EDNS(0): what an OPT record says (RFC 6891), its options kept as they came, and extended DNS errors
// (RFC 8914). The OPT record itself never appears among a message's records: it is read into this
// shape and written from it by wire/.

import { EdnsOption } from './codes/edns-option.ts';

/** One option, known or not; `data` without its code and length. */
export interface EdnsOptionData {
  readonly code: number;
  readonly data: Uint8Array;
}

/** An OPT record. */
export interface Edns {
  /** The UDP payload size as sent, in octets; senders may give less than 512. */
  readonly udpSize: number;
  readonly version: number;
  readonly isDnssecOk: boolean;
  /** The 15 flags behind DO (CO of RFC 9824 is the first of them); absent when none is set. */
  readonly otherFlags?: number;
  readonly options: readonly EdnsOptionData[];
  /** The upper eight bits of the response code. */
  readonly extendedRcode: number;
}

/** An extended DNS error: why an answer is as it is (RFC 8914, section 2). */
export interface ExtendedError {
  readonly infoCode: number;
  readonly text: string;
}

/** Octets of an OPT record on the wire without options: root owner, type, class, TTL, length. */
export const OPT_FIXED_OCTETS = 11;

const OPTION_HEADER_OCTETS = 4;

/** The octets that the OPT record takes in a message. */
export function ednsLength(edns: Edns): number {
  let length = OPT_FIXED_OCTETS;
  for (const option of edns.options) length += OPTION_HEADER_OCTETS + option.data.length;
  return length;
}

/** The first option with that code. */
export function findOption(edns: Edns, code: number): EdnsOptionData | undefined {
  return edns.options.find((option) => option.code === code);
}

/** The option (code 15) that carries an extended error. */
export function extendedErrorOption(error: ExtendedError): EdnsOptionData {
  const text = new TextEncoder().encode(error.text);
  const data = new Uint8Array(2 + text.length);
  data[0] = error.infoCode >> 8;
  data[1] = error.infoCode;
  data.set(text, 2);
  return { code: EdnsOption.EXTENDED_ERROR, data };
}

/** All extended errors of an OPT record; options too short to hold one are passed over. */
export function extendedErrors(edns: Edns): ExtendedError[] {
  const errors: ExtendedError[] = [];
  for (const { code, data } of edns.options) {
    if (code !== EdnsOption.EXTENDED_ERROR || data.length < 2) continue;
    const infoCode = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
    errors.push({ infoCode, text: new TextDecoder().decode(data.subarray(2)) });
  }
  return errors;
}

// The error of a master file, in CoreDNS's words and with its place (miekg/dns, ParseError). It is a
// configuration error: the loader wraps it, the plugin reports it.

import { quote } from '../../base/go-text.ts';

/** A place in a master file: the piece of text that is wrong, and where its end was read. */
export interface MasterPlace {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** Columns read when the piece was complete, the separator behind it counted. */
  readonly column: number;
}

/** `db.zone: dns: not a TTL: "60z" at line: 3:6`. */
export class MasterError extends Error {
  constructor(fileName: string, text: string, place: MasterPlace) {
    const prefix = fileName === '' ? '' : `${fileName}: `;
    super(`${prefix}dns: ${text}: ${quote(place.text)} at line: ${place.line}:${place.column}`);
    this.name = 'MasterError';
  }
}

// What an rdata is made of: a field knows its length on the wire and its text, both ways. A type is a
// list of fields (codec.ts); the list also tells the message reader where compressed names may stand.
// No reader of messages here: rdata is always the uncompressed form.

import type { Name } from '../name.ts';
import type { OctetSink } from './octet-sink.ts';

/** One word or quoted string of a master file; `text` is raw, escapes not yet resolved. */
export interface TextToken {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Walks the tokens of one record's rdata; knows the origin for relative names. */
export class TokenCursor {
  readonly origin: Name;
  readonly #tokens: readonly TextToken[];
  #at = 0;

  constructor(tokens: readonly TextToken[], origin: Name) {
    this.#tokens = tokens;
    this.origin = origin;
  }

  get isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }

  next(): TextToken | undefined {
    return this.#tokens[this.#at++];
  }

  /** All tokens that are left. */
  rest(): readonly TextToken[] {
    const rest = this.#tokens.slice(this.#at);
    this.#at = this.#tokens.length;
    return rest;
  }
}

/** One part of an rdata. Its label is the word that CoreDNS uses in `bad SRV Priority`. */
export interface RdataField {
  readonly label: string;
  /** The field is a domain name (its length function accepts uncompressed names only). */
  readonly isName: boolean;
  /** Octets of the field at `offset` of an rdata that ends at `end`; -1 if it is cut or malformed. */
  length(rdata: Uint8Array, offset: number, end: number): number;
  /** Takes tokens and writes octets; false if the text is wrong. */
  parse(cursor: TokenCursor, out: OctetSink): boolean;
  /** The text of a field that stands from `offset` to `end`; '' leaves it out. */
  format(rdata: Uint8Array, offset: number, end: number): string;
}

// Records out of master-file lines, for tests: one line, absolute names, no directives.
// The parser of whole master files is in src/zone.
import { rrClassCode } from '../../src/dns/codes/rr-class.ts';
import { rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import { type Name, parseName, ROOT } from '../../src/dns/name.ts';
import type { TextToken } from '../../src/dns/rdata/field.ts';
import { rdataCodec } from '../../src/dns/rdata/table.ts';
import type { ResourceRecord } from '../../src/dns/record.ts';

/** Splits rdata text at spaces; a quoted part is a token of its own (`alpn=` and `h2`). */
export function tokens(text: string): TextToken[] {
  return [...text.matchAll(/"((?:[^"\\]|\\.)*)"|((?:[^\s"\\]|\\.)+)/gs)].map((match) => ({
    text: match[1] ?? match[2] ?? '',
    isQuoted: match[1] !== undefined,
  }));
}

/** A name that the test knows to be right. */
export function name(text: string): Name {
  const parsed = parseName(text);
  if (parsed === undefined) throw new Error(`not a name: ${text}`);
  return parsed;
}

/** The rdata of a type's text; throws what the codec says is wrong. */
export function rdata(type: string, text: string): Uint8Array {
  const parsed = rdataCodec(rrTypeCode(type) ?? 0).parseText(tokens(text), ROOT);
  if (typeof parsed === 'string') throw new Error(`${parsed}: ${type} ${text}`);
  return parsed;
}

/** `owner ttl class type rdata...` as a record. */
export function record(line: string): ResourceRecord {
  const [, owner = '', ttl = '', rrClass = '', type = '', rest = ''] =
    /^(\S+) (\d+) (\S+) (\S+) (.*)$/s.exec(line) ?? [];
  return {
    name: name(owner),
    type: rrTypeCode(type) ?? 0,
    class: rrClassCode(rrClass) ?? 0,
    ttl: Number(ttl),
    rdata: rdata(type, rest),
  };
}

/** Octets as hex, and back. */
export function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

export function unhex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

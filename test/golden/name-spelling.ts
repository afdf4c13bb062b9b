// Spells every name of a reply like the first one that is equal but for case: what a server shows whose compression
// does not care about case, as that of the stub upstream with which the answers were recorded. Our encoder keeps
// names that differ in case apart, as CoreDNS does.

import type { Message } from '../../src/dns/message.ts';
import { formatName, lowerName, type Name, nameLength, parentName } from '../../src/dns/name.ts';
import { rdataCodec } from '../../src/dns/rdata/table.ts';
import type { ResourceRecord } from '../../src/dns/record.ts';

/** Names seen so far by their lower-case text. */
type Spellings = Map<string, Name>;

/** The reply with the spelling of a suffix's first appearance, in the order of writing. */
export function withOneSpelling(reply: Message): Message {
  const seen: Spellings = new Map();
  for (const { name } of reply.questions) spell(name, seen);
  const respell = (records: readonly ResourceRecord[]): ResourceRecord[] =>
    records.map((record) => {
      const name = spell(record.name, seen);
      return { ...record, name, rdata: spellRdata(record, seen) };
    });
  const answer = respell(reply.answer);
  const authority = respell(reply.authority);
  return { ...reply, answer, authority, additional: respell(reply.additional) };
}

function spellRdata({ type, rdata }: ResourceRecord, seen: Spellings): Uint8Array {
  const codec = rdataCodec(type);
  if (!codec.compressible) return rdata;
  const out = Uint8Array.from(rdata);
  for (const offset of codec.nameOffsets(rdata)) {
    out.set(spell(rdata.subarray(offset, offset + nameLength(rdata, offset)), seen), offset);
  }
  return out;
}

function spell(name: Name, seen: Spellings): Name {
  const out = Uint8Array.from(name);
  for (let at: Name = name; at.length > 1; at = parentName(at)) {
    const known = seen.get(formatName(lowerName(at)));
    if (known === undefined) continue;
    out.set(known, name.length - at.length);
    break;
  }
  for (let at: Name = out; at.length > 1; at = parentName(at)) {
    const key = formatName(lowerName(at));
    if (!seen.has(key)) seen.set(key, at);
  }
  return out;
}

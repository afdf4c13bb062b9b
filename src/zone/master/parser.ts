// Master files to records (RFC 1035 section 5.1; RFC 2308 section 4 for $TTL; RFC 3597). Grammar, defaults
// and error texts are those of miekg/dns scan.go, which CoreDNS reads zones with. Makes records one by one and
// keeps nothing: zone/load.ts decides what belongs to a zone.

import { dirname, isAbsolute, join } from 'node:path';
import { RRClass, rrClassCode } from '../../dns/codes/rr-class.ts';
import { rrTypeCode } from '../../dns/codes/rr-type.ts';
import { type Name, parseNameWithOrigin, ROOT } from '../../dns/name.ts';
import { parseTtl } from '../../dns/rdata/fields/ttl.ts';
import { rdataCodec } from '../../dns/rdata/table.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { EntryReader, type MasterEntry, type MasterToken } from './entry-reader.ts';
import { generateLines, parseGenerateRange } from './generate.ts';
import { MasterError, type MasterPlace } from './master-error.ts';

/** Where $INCLUDE reads from. Throws an Error with Go's text (`open F: no such file or directory`). */
export interface MasterSource {
  readFile(path: string): string;
}

/** Deepest nesting of $INCLUDE, as miekg/dns has it. */
const MAX_INCLUDE_DEPTH = 7;
/** The TTL of $GENERATE lines that give none. */
const GENERATE_TTL = 3600;

interface DefaultTtl {
  readonly seconds: number;
  /** $TTL is not overruled by the TTL of a record. */
  readonly isByDirective: boolean;
}

/** What one file (or the lines of one $GENERATE) is read with. */
interface MasterFile {
  readonly text: string;
  readonly fileName: string;
  readonly origin: Name;
  readonly defaultTtl: DefaultTtl | undefined;
  readonly depth: number;
}

/** The records of a master file in order. Throws MasterError at the first mistake. */
export function parseMaster(
  text: string,
  fileName: string,
  origin: Name,
  source: MasterSource,
): Generator<ResourceRecord> {
  return new MasterParser(
    { text, fileName, origin, defaultTtl: undefined, depth: 0 },
    source,
  ).records();
}

/** The TTL of a record that is read by itself (miekg/dns, NewRR). */
const LONE_RECORD_TTL = 3600;

const NO_SOURCE: MasterSource = {
  readFile: () => {
    throw new Error('$INCLUDE directive not allowed');
  },
};

/**
 * The first record of a text with names relative to the root, as plugins read records that are written by themselves.
 * Undefined for a text without one. Throws MasterError.
 */
export function parseRecord(text: string): ResourceRecord | undefined {
  const defaultTtl = { seconds: LONE_RECORD_TTL, isByDirective: false };
  const file: MasterFile = { text, fileName: '', origin: ROOT, defaultTtl, depth: 0 };
  const first = new MasterParser(file, NO_SOURCE).records().next();
  return first.done === true ? undefined : first.value;
}

/** Reads one file; included ones get a parser of their own. */
class MasterParser {
  readonly #file: MasterFile;
  readonly #source: MasterSource;
  #origin: Name;
  #owner: Name;
  #defaultTtl: DefaultTtl | undefined;

  constructor(file: MasterFile, source: MasterSource) {
    this.#file = file;
    this.#source = source;
    this.#origin = file.origin;
    this.#owner = file.origin;
    this.#defaultTtl = file.defaultTtl;
  }

  *records(): Generator<ResourceRecord> {
    const reader = new EntryReader(this.#file.text, this.#file.fileName);
    for (let entry = reader.next(); entry !== undefined; entry = reader.next()) {
      const word = entry.isIndented ? '' : (entry.tokens[0]?.text.toUpperCase() ?? '');
      if (word === '$ORIGIN') this.#setOrigin(entry);
      else if (word === '$TTL') this.#setTtl(entry);
      else if (word === '$INCLUDE') yield* this.#include(entry);
      else if (word === '$GENERATE') yield* this.#generate(entry);
      else yield this.#record(entry);
    }
  }

  #fail(text: string, place: MasterPlace): never {
    throw new MasterError(this.#file.fileName, text, place);
  }

  /** The argument of a directive that takes exactly one. */
  #onlyArgument(entry: MasterEntry, word: string): MasterToken {
    const argument = this.#argument(entry, word);
    const extra = entry.tokens[2];
    if (extra !== undefined) this.#fail('garbage after rdata', extra);
    return argument;
  }

  #argument(entry: MasterEntry, word: string): MasterToken {
    const argument = entry.tokens[1];
    if (argument === undefined) this.#fail(`no blank after ${word}-directive`, entry.end);
    if (argument.isQuoted) this.#fail(`expecting ${word} value, not this...`, argument);
    return argument;
  }

  #setOrigin(entry: MasterEntry): void {
    const argument = this.#onlyArgument(entry, '$ORIGIN');
    this.#origin =
      parseNameWithOrigin(argument.text, this.#origin) ?? this.#fail('bad origin name', argument);
  }

  #setTtl(entry: MasterEntry): void {
    const argument = this.#onlyArgument(entry, '$TTL');
    const seconds =
      parseTtl(argument.text) ?? this.#fail('expecting $TTL value, not this...', argument);
    this.#defaultTtl = { seconds, isByDirective: true };
  }

  *#include(entry: MasterEntry): Generator<ResourceRecord> {
    const argument = this.#argument(entry, '$INCLUDE');
    const origin = entry.tokens[2];
    if (this.#file.depth >= MAX_INCLUDE_DEPTH) this.#fail('too deeply nested $INCLUDE', argument);
    const newOrigin =
      origin === undefined
        ? this.#origin
        : (parseNameWithOrigin(origin.text, this.#origin) ?? this.#fail('bad origin name', origin));
    const path = isAbsolute(argument.text)
      ? argument.text
      : join(dirname(this.#file.fileName), argument.text);
    const file: MasterFile = {
      text: this.#read(path, argument),
      fileName: path,
      origin: newOrigin,
      defaultTtl: this.#defaultTtl,
      depth: this.#file.depth + 1,
    };
    yield* new MasterParser(file, this.#source).records();
  }

  #read(path: string, argument: MasterToken): string {
    try {
      return this.#source.readFile(path);
    } catch (error) {
      const as = path === argument.text ? '' : ` as \`${path}'`;
      const text = error instanceof Error ? error.message : String(error);
      return this.#fail(`failed to open \`${argument.text}'${as}: ${text}`, argument);
    }
  }

  *#generate(entry: MasterEntry): Generator<ResourceRecord> {
    const argument = this.#argument(entry, '$GENERATE');
    const range = parseGenerateRange(argument.text);
    if (typeof range === 'string') this.#fail(range, argument);
    const template = entry.tokens
      .slice(2)
      .map(({ text, isQuoted }) => (isQuoted ? `"${text}"` : text));
    const lines = generateLines(range, template.join(' '));
    if (typeof lines !== 'string') this.#fail(lines.error, argument);
    const file: MasterFile = {
      text: lines,
      fileName: this.#file.fileName,
      origin: this.#origin,
      defaultTtl: { seconds: GENERATE_TTL, isByDirective: false },
      depth: this.#file.depth,
    };
    yield* new MasterParser(file, this.#source).records();
  }

  #record(entry: MasterEntry): ResourceRecord {
    const { tokens } = entry;
    const first = tokens[0];
    // A lone word is no owner: miekg/dns expects a TTL, class or type there.
    const hasOwner = !entry.isIndented && tokens.length > 1;
    if (hasOwner && first !== undefined) this.#setOwner(first);
    const header = new RecordHeader(hasOwner, this.#defaultTtl);
    let at = hasOwner ? 1 : 0;
    while (header.type === undefined) {
      const token = tokens[at++];
      if (token === undefined) this.#fail('no blank before RR type', entry.end);
      const error = header.take(token);
      if (error !== undefined) this.#fail(error, token);
    }
    if (header.ttl !== undefined && this.#defaultTtl?.isByDirective !== true) {
      this.#defaultTtl = { seconds: header.ttl, isByDirective: false };
    }
    return {
      name: this.#owner,
      type: header.type,
      class: header.class ?? RRClass.IN,
      ttl: header.ttl ?? this.#defaultTtl?.seconds ?? 0,
      rdata: this.#rdata(header.type, tokens.slice(at), entry),
    };
  }

  #setOwner(token: MasterToken): void {
    if (token.isQuoted) this.#fail('syntax error at beginning', token);
    this.#owner =
      parseNameWithOrigin(token.text, this.#origin) ?? this.#fail('bad owner name', token);
  }

  #rdata(type: number, tokens: readonly MasterToken[], entry: MasterEntry): Uint8Array {
    if (tokens.length === 0) this.#fail('unexpected newline', entry.end);
    const watched = tokens.map((token) => new WatchedToken(token));
    const rdata = rdataCodec(type).parseText(watched, this.#origin);
    if (typeof rdata !== 'string') return rdata;
    // Fields read their words in order: the last one that was looked at is the one that was refused, unless
    // all fields were fine and the first unread one is too many.
    const lastRead = watched.findLastIndex((token) => token.isRead);
    const isTooMany = rdata.startsWith('garbage');
    const culprit = tokens[isTooMany ? lastRead + 1 : lastRead];
    return this.#fail(isTooMany ? 'garbage after rdata' : rdata, culprit ?? entry.end);
  }
}

/** A token that remembers whether its text was looked at, so that an error can name its place. */
class WatchedToken {
  readonly isQuoted: boolean;
  isRead = false;
  readonly #text: string;

  constructor(token: MasterToken) {
    this.isQuoted = token.isQuoted;
    this.#text = token.text;
  }

  get text(): string {
    this.isRead = true;
    return this.#text;
  }
}

/** The optional words between owner and rdata: TTL and class in any order, then the type. */
class RecordHeader {
  type: number | undefined = undefined;
  class: number | undefined = undefined;
  ttl: number | undefined = undefined;
  readonly #hasOwner: boolean;
  readonly #hasDefaultTtl: boolean;

  constructor(hasOwner: boolean, defaultTtl: DefaultTtl | undefined) {
    this.#hasOwner = hasOwner;
    this.#hasDefaultTtl = defaultTtl !== undefined;
  }

  /** Takes the next word; a string is the error text. */
  take(token: MasterToken): string | undefined {
    const word = token.text.toUpperCase();
    const klass = rrClassCode(word);
    const type = klass === undefined ? rrTypeCode(word) : undefined;
    if (token.isQuoted) return this.#expectation();
    if (type !== undefined) return this.#takeType(type);
    if (this.ttl !== undefined && this.class !== undefined) return 'unknown RR type';
    if (klass !== undefined) {
      if (this.class !== undefined) return this.#expectation();
      this.class = klass;
      return undefined;
    }
    if (this.ttl !== undefined) return this.#expectation();
    this.ttl = parseTtl(token.text);
    return this.ttl === undefined ? 'not a TTL' : undefined;
  }

  #takeType(type: number): string | undefined {
    const isTtlMissing = !this.#hasDefaultTtl && this.ttl === undefined;
    // Only right behind an owner: a class in between, or no owner, makes the TTL 0.
    if (isTtlMissing && this.#hasOwner && this.class === undefined) {
      return 'missing TTL with no previous value';
    }
    this.type = type;
    return undefined;
  }

  #expectation(): string {
    if (this.ttl !== undefined) return 'expecting RR type or class, not this...';
    if (this.class !== undefined) return 'expecting RR type or TTL, not this...';
    return 'expecting RR type, TTL or class, not this...';
  }
}

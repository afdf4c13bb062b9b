// What the stub upstreams of the scenarios answer: records of several zones, CNAMEs followed, and labels with a meaning
// anywhere in a name (servfail, drop, slow500, tc...). The sockets are test/support/stub-upstream.ts.

import { Opcode } from '../../src/dns/codes/opcode.ts';
import { Rcode, rcodeCode } from '../../src/dns/codes/rcode.ts';
import { RRClass } from '../../src/dns/codes/rr-class.ts';
import { RRType, rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import type { Edns } from '../../src/dns/edns.ts';
import { encodeMessage, type Message, type Question } from '../../src/dns/message.ts';
import {
  formatName,
  isSubdomain,
  joinLabels,
  lowerName,
  type Name,
  parentName,
} from '../../src/dns/name.ts';
import type { ResourceRecord } from '../../src/dns/record.ts';
import { hex, name, rdata, record } from '../support/record-lines.ts';
import type { Network } from '../support/stub-upstream.ts';
import { withOneSpelling } from './name-spelling.ts';

const EDNS_SIZE = 1232;
const MAX_CNAMES = 9;
const NSID = 3;
const NO_RECORDS: readonly ResourceRecord[] = [];

interface Found {
  readonly rcode: number;
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
}

/** The data and the counters of one upstream. */
export class UpstreamZones {
  readonly #ident: string;
  /** Records by lower-case owner, then type, in the order of the file. */
  readonly #nodes = new Map<string, Map<number, ResourceRecord[]>>();
  readonly #owners: Name[] = [];
  readonly #counts = new Map<string, number>();

  /** `ident` is the number of the upstream as text; `zones` holds one record a line. */
  constructor(ident: string, zones: string) {
    this.#ident = ident;
    for (const line of zones.split('\n')) {
      const fields = /^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(.*)$/.exec(line);
      if (fields !== null && !line.startsWith(';')) this.#add(record(fields.slice(1).join(' ')));
    }
  }

  /** How often a name and type were asked. */
  count(owner: string, type: string): number {
    return this.#counts.get(countKey(name(owner), rrTypeCode(type) ?? 0)) ?? 0;
  }

  /** The reply to a query, undefined for silence. */
  async answer(query: Message, network: Network): Promise<Uint8Array | undefined> {
    const [question] = query.questions;
    if (question === undefined) return undefined;
    const key = countKey(question.name, question.type);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    const labels = formatName(lowerName(question.name)).split('.');
    const delayMs = labels.reduce((sum, label) => sum + slowMs(label), 0);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    if (this.#isSilent(labels, network)) return undefined;
    return this.#encode(this.#reply(query, question, labels, network), query, network);
  }

  #add(added: ResourceRecord): void {
    const key = formatName(lowerName(added.name));
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = new Map();
      this.#nodes.set(key, node);
      this.#owners.push(added.name);
    }
    const records = [...(node.get(added.type) ?? []), added];
    // A set has one TTL: the lowest.
    const ttl = Math.min(...records.map((each) => each.ttl));
    node.set(
      added.type,
      records.map((each) => ({ ...each, ttl })),
    );
  }

  #isSilent(labels: readonly string[], network: Network): boolean {
    const isUdp = network === 'udp';
    return (
      labels.includes('drop') ||
      labels.includes(`drop${this.#ident}`) ||
      (isUdp && labels.includes('dropudp'))
    );
  }

  #reply(query: Message, question: Question, labels: readonly string[], network: Network): Message {
    const empty = this.#emptyReply(query, labels);
    const rcode = this.#labelRcode(labels);
    if (rcode !== undefined) return { ...empty, rcode };
    const isValidating = query.authenticData || (query.edns?.isDnssecOk ?? false);
    const reply = {
      ...empty,
      authoritative: labels.includes('auth'),
      authenticData: labels.includes('secure') && isValidating,
    };
    const zone = this.#zoneOf(question.name);
    if (zone === undefined) return { ...reply, rcode: Rcode.REFUSED };
    const { name: owner, type } = question;
    const text =
      type === RRType.TXT ? this.#text(query, question, labels[0] ?? '', network) : undefined;
    const found = text === undefined ? this.#lookup(owner, type) : textAnswer(owner, text);
    const isCut = labels.includes('tc') && network === 'udp';
    const questions =
      labels[0] === 'wrongq' ? [{ ...question, name: name('other.question.') }] : [question];
    const answer = isCut ? found.answer.slice(0, 1) : found.answer;
    return { ...reply, ...found, questions, truncated: isCut, answer };
  }

  #emptyReply(query: Message, labels: readonly string[]): Message {
    const hasEdns = query.edns !== undefined && !labels.includes('noopt');
    const nsid = { code: NSID, data: Buffer.from(`up${this.#ident}`) };
    const edns: Edns = {
      udpSize: EDNS_SIZE,
      version: 0,
      isDnssecOk: query.edns?.isDnssecOk ?? false,
      extendedRcode: 0,
      options: labels.includes('nsid') ? [nsid] : [],
    };
    return {
      id: query.id,
      isResponse: true,
      opcode: query.opcode ?? Opcode.QUERY,
      authoritative: false,
      truncated: false,
      recursionDesired: query.recursionDesired,
      recursionAvailable: true,
      authenticData: false,
      checkingDisabled: query.checkingDisabled,
      rcode: Rcode.NOERROR,
      questions: query.questions,
      answer: NO_RECORDS,
      authority: NO_RECORDS,
      additional: NO_RECORDS,
      edns: hasEdns ? edns : undefined,
    };
  }

  #labelRcode(labels: readonly string[]): number | undefined {
    for (const label of labels) {
      const [, word, only] =
        /^(servfail|refused|formerr|notimp|nxrrset|notauth)(\d?)$/.exec(label) ?? [];
      if (word !== undefined && (only === '' || only === this.#ident)) return rcodeCode(word);
    }
    return undefined;
  }

  /** What the TXT record of a first label with a meaning says; undefined for other labels. */
  #text(query: Message, question: Question, first: string, network: Network): string | undefined {
    switch (first) {
      case 'count':
        return String(this.#counts.get(countKey(question.name, question.type)) ?? 0);
      case 'id':
        return `upstream${this.#ident}`;
      case 'proto':
        return network;
      case 'flags':
        return flagsText(query);
      case 'ednsopts':
        return (
          query.edns?.options.map(({ code, data }) => `${code}=${hex(data)}`).join(' ') || 'none'
        );
      case 'case':
        return formatName(question.name);
      default:
        return undefined;
    }
  }

  #node(owner: Name): Map<number, ResourceRecord[]> | undefined {
    return this.#nodes.get(formatName(lowerName(owner)));
  }

  #hasBelow(owner: Name): boolean {
    return this.#owners.some((each) => isSubdomain(each, owner));
  }

  /** The SOA of the zone that a name is in. */
  #zoneOf(owner: Name): readonly ResourceRecord[] | undefined {
    for (let at = owner; ; at = parentName(at)) {
      const soa = this.#node(at)?.get(RRType.SOA);
      if (soa !== undefined || at.length === 1) return soa;
    }
  }

  #wildcard(owner: Name): Map<number, ResourceRecord[]> | undefined {
    for (let at = owner; at.length > 1; ) {
      at = parentName(at);
      const star = joinLabels([Buffer.from('*')], at);
      const node = star === undefined ? undefined : this.#node(star);
      if (node !== undefined || this.#hasBelow(at)) return node;
    }
    return undefined;
  }

  #lookup(owner: Name, type: number): Found {
    const answer: ResourceRecord[] = [];
    let at = owner;
    for (let hop = 0; hop < MAX_CNAMES; hop++) {
      const isThere = this.#hasBelow(at);
      const node = this.#node(at) ?? (isThere ? undefined : this.#wildcard(at));
      const records = node === undefined ? NO_RECORDS : pick(node, type);
      const [first] = records;
      if (first === undefined) {
        const authority = this.#zoneOf(at) ?? NO_RECORDS;
        const isMissing = node === undefined && !isThere && authority.length > 0;
        return { rcode: isMissing ? Rcode.NXDOMAIN : Rcode.NOERROR, answer, authority };
      }
      const name = at;
      answer.push(...records.map((each) => ({ ...each, name })));
      if (!isAlias(first, type)) break;
      at = first.rdata;
    }
    return { rcode: Rcode.NOERROR, answer, authority: NO_RECORDS };
  }

  #encode(reply: Message, query: Message, network: Network): Uint8Array {
    const maxSize = network === 'tcp' ? 65_535 : Math.max(512, query.edns?.udpSize ?? 512);
    const bytes = encodeMessage(withOneSpelling(reply), { compress: true });
    if (bytes.length <= maxSize) return bytes;
    const cut = { ...reply, truncated: true, answer: [], authority: [], additional: [] };
    return encodeMessage(cut, { compress: true });
  }
}

function pick(
  node: ReadonlyMap<number, ResourceRecord[]>,
  type: number,
): readonly ResourceRecord[] {
  if (type === RRType.ANY) return [...node.values()].flat();
  return node.get(type) ?? node.get(RRType.CNAME) ?? NO_RECORDS;
}

function isAlias(record: ResourceRecord, type: number): boolean {
  return record.type === RRType.CNAME && type !== RRType.CNAME && type !== RRType.ANY;
}

function textAnswer(owner: Name, text: string): Found {
  const answer = {
    name: owner,
    type: RRType.TXT,
    class: RRClass.IN,
    ttl: 60,
    rdata: rdata('TXT', `"${text}"`),
  };
  return { rcode: Rcode.NOERROR, answer: [answer], authority: NO_RECORDS };
}

function countKey(owner: Name, type: number): string {
  return `${formatName(lowerName(owner))} ${type}`;
}

function slowMs(label: string): number {
  return Number(/^slow(\d+)$/.exec(label)?.[1] ?? 0);
}

function flagsText(query: Message): string {
  const flags = [
    query.authoritative && 'aa',
    query.truncated && 'tc',
    query.recursionDesired && 'rd',
    query.recursionAvailable && 'ra',
    query.authenticData && 'ad',
    query.checkingDisabled && 'cd',
  ];
  const { edns } = query;
  const rest = [
    `edns=${edns?.version ?? -1}`,
    `size=${edns?.udpSize ?? 0}`,
    `do=${edns?.isDnssecOk ? 1 : 0}`,
  ];
  const words = flags.filter((word) => word !== false).join(' ');
  return [...(words === '' ? [] : [words]), ...rest].join(' ');
}

// One query on its way through a plugin chain, with the reply that it gets. The router fills it from the
// packet; handlers read it, and some (rewrite) change the question and put it back afterwards.

import type { Edns } from '../dns/edns.ts';
import { lowerName, type Name } from '../dns/name.ts';
import type { ResourceRecord } from '../dns/record.ts';
import { Reply } from './reply.ts';

/** Where a query came from and where it arrived. */
export interface Client {
  /** udp or tcp: what sizes, log lines and metrics go by (DoT counts as tcp). */
  readonly protocol: 'udp' | 'tcp';
  /** Text form without zone or brackets; IPv4-mapped addresses are given as IPv4. */
  readonly address: string;
  readonly port: number;
  /** The address that the listener is bound to, `[::]` and the like as the log plugin prints it. */
  readonly localAddress: string;
  readonly localPort: number;
}

/** What the packet held, as dns/wire/query reads it. */
export interface ExchangeQuery {
  readonly id: number;
  readonly opcode: number;
  readonly isRecursionDesired: boolean;
  readonly isAuthenticData: boolean;
  readonly isCheckingDisabled: boolean;
  /** The name in the spelling of the query. */
  readonly askedName: Name;
  readonly type: number;
  readonly class: number;
  readonly edns: Edns | undefined;
  /** Records of the query's authority section (IXFR carries a SOA there, RFC 1995). */
  readonly authority: readonly ResourceRecord[];
  /** Octets of the query, uncompressed. */
  readonly length: number;
}

/** Deepest chain of self-lookups; CoreDNS has no bound for some plugins (docs/parity.md). */
export const MAX_LOOKUP_DEPTH = 16;

/** A query, its client and its reply. */
export class Exchange {
  readonly id: number;
  readonly opcode: number;
  readonly client: Client;
  readonly reply: Reply = new Reply();
  readonly authority: readonly ResourceRecord[];
  /** Octets of the query, uncompressed; rewrite keeps it in step with what it makes of the query. */
  length: number;
  readonly isCheckingDisabled: boolean;
  isRecursionDesired: boolean;
  isAuthenticData: boolean;
  /** AA and RA of the query, for upstreams: a client's are ignored, but plugin header can set them. */
  isAuthoritative = false;
  isRecursionAvailable = false;
  /** The question's name as asked. */
  askedName: Name;
  /** The same name in lower case: what handlers match on. */
  name: Name;
  type: number;
  class: number;
  edns: Edns | undefined;
  /** EDNS option codes that the reply may echo besides the standard ones (rewrite edns0 local). */
  echoedOptions: readonly number[] | undefined = undefined;
  /** Time of the clock's monotonicMs at which lookups give up (plugin cancel); undefined without limit. */
  deadlineMs: number | undefined = undefined;
  /** Time of the clock's monotonicMs when it came, where it has been on the short path before; undefined: now. */
  startMs: number | undefined = undefined;
  /** Error behind the outcome, for the errors plugin; undefined when a code says all. */
  error: Error | undefined = undefined;
  /** How many self-lookups led here: 0 for a client's own query. */
  readonly depth: number;
  /** Set by the router: label of the listener (`dns://:53`), key zone of the block, name of its view. */
  server = '';
  zone = '.';
  view = '';
  /** Values for log formats, rewrite and view, by key (`kubernetes/namespace`); set when a plugin collects them. */
  metadata: Map<string, () => string> | undefined = undefined;

  constructor(query: ExchangeQuery, lowerCaseName: Name, client: Client, depth: number) {
    this.id = query.id;
    this.opcode = query.opcode;
    this.client = client;
    this.authority = query.authority;
    this.length = query.length;
    this.isRecursionDesired = query.isRecursionDesired;
    this.isCheckingDisabled = query.isCheckingDisabled;
    this.isAuthenticData = query.isAuthenticData;
    this.askedName = query.askedName;
    this.name = lowerCaseName;
    this.type = query.type;
    this.class = query.class;
    this.edns = query.edns;
    this.depth = depth;
  }

  /**
   * The same query for another name, with a reply of its own: for plugins that try names. Deeper by none, as it goes on
   * in the same chain. What is collected for logs is shared.
   */
  withName(askedName: Name): Exchange {
    const length = this.length - this.askedName.length + askedName.length;
    const copy = new Exchange(
      { ...this.#query(), askedName, length },
      lowerName(askedName),
      this.client,
      this.depth,
    );
    copy.isAuthoritative = this.isAuthoritative;
    copy.isRecursionAvailable = this.isRecursionAvailable;
    copy.echoedOptions = this.echoedOptions;
    copy.deadlineMs = this.deadlineMs;
    copy.startMs = this.startMs;
    copy.server = this.server;
    copy.zone = this.zone;
    copy.view = this.view;
    copy.metadata = this.metadata;
    return copy;
  }

  #query(): ExchangeQuery {
    const { id, opcode, isRecursionDesired, isAuthenticData, isCheckingDisabled } = this;
    const { askedName, type, class: queryClass, edns, authority, length } = this;
    const flags = { isRecursionDesired, isAuthenticData, isCheckingDisabled };
    return { id, opcode, ...flags, askedName, type, class: queryClass, edns, authority, length };
  }

  /** Octets that the client takes: 65535 over TCP, else its EDNS size, at least 512 (RFC 6891 section 6.2.3). */
  get maxReplySize(): number {
    if (this.client.protocol === 'tcp') return 65_535;
    return Math.max(512, this.edns?.udpSize ?? 512);
  }

  /** Whether the client asked for DNSSEC records (DO bit). */
  get isDnssecOk(): boolean {
    return this.edns?.isDnssecOk ?? false;
  }
}

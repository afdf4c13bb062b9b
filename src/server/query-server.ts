// One listener's query path: packet in, packet out. Reads the query, refuses what CoreDNS refuses before any
// plugin runs, routes to a chain, and encodes what the chain decided (CoreDNS: core/dnsserver/server.go).
// Knows no sockets; transport hands bytes in and takes bytes out.

import type { Clock } from '../base/clock.ts';
import { Rcode } from '../dns/codes/rcode.ts';
import { RRClass } from '../dns/codes/rr-class.ts';
import { lowerName, type Name } from '../dns/name.ts';
import { type Query, type QueryFault, readQuery, writeFault } from '../dns/wire/query.ts';
import { uncompressedLength, writeReply } from '../dns/wire/reply-writer.ts';
import type { Logger } from '../log/logger.ts';
import { isServerError } from '../plugin/client-write.ts';
import { type Client, Exchange, MAX_LOOKUP_DEPTH } from '../plugin/exchange.ts';
import { after, type Later, type Outcome } from '../plugin/handler.ts';
import type { Reply } from '../plugin/reply.ts';
import type { RequestMetrics, RequestSample } from '../plugin/request-metrics.ts';
import { DirectPath, type PacketPlace } from './direct-path.ts';
import type { LateAnswers } from './late-answers.ts';
import { replyData } from './reply-data.ts';
import type { Block, Router, Site } from './router.ts';

/** Takes the bytes of a reply; they are valid only during the call. */
export type Send = (reply: Uint8Array) => void;

/** What a query server needs of its thread. */
export interface QueryServerContext {
  readonly log: Logger;
  readonly clock: Clock;
  /** Counts the server's own refusals; undefined when no block has prometheus. */
  readonly dropped: RequestMetrics | undefined;
  readonly countPanic: () => void;
  readonly late: LateAnswers;
}

/** What is counted of a query that the server refused by itself. */
type Refusal = Pick<
  RequestSample,
  'rcode' | 'type' | 'isDnssecOk' | 'requestSize' | 'responseSize'
>;

/** Largest UDP query that CoreDNS reads; the rest of a longer datagram is cut off (miekg/dns MinMsgSize). */
const MAX_UDP_QUERY_OCTETS = 512;
/** Largest uncompressed reply over UDP: above, an IPv4 or IPv6 packet would be fragmented (request.go, Scrub). */
const COMPRESS_OVER_IPV4 = 1480;
const COMPRESS_OVER_IPV6 = 1220;
const MAX_MESSAGE_OCTETS = 65_535;

/** Serves the queries of one listener under one configuration. */
export class QueryServer {
  readonly #label: string;
  readonly #router: Router;
  readonly #context: QueryServerContext;
  readonly #out: Uint8Array = new Uint8Array(MAX_MESSAGE_OCTETS);
  /** The short path, where some chain of this listener has one. */
  readonly #direct: DirectPath | undefined;

  constructor(label: string, router: Router, context: QueryServerContext) {
    this.#label = label;
    this.#router = router;
    this.#context = context;
    const { clock, late } = context;
    this.#direct = DirectPath.compile(label, router.sites, {
      clock,
      late,
      serve: (packet, client, send, startMs) => this.serve(packet, client, send, startMs),
      recover: (error) => this.#recover(error, ''),
    });
  }

  /**
   * Tries the short path (server/direct-path.ts): composes the reply to the packet in `place` and returns its octets,
   * LATE_REPLY when it will come later, or 0 when the packet must go through `serve`.
   */
  answerDirect(place: PacketPlace): number {
    try {
      return this.#direct?.answer(place) ?? 0;
    } catch (error) {
      // The general way will tell whether it is the query's fault.
      this.#recover(error, '');
      return 0;
    }
  }

  /**
   * Answers one packet; a promise when the answer comes late. `send` is not called for silence. `startMs` is when the packet came,
   * where that was not now.
   */
  serve(packet: Uint8Array, client: Client, send: Send, startMs?: number): Later<void> {
    const isUdp = client.protocol === 'udp';
    const length = isUdp ? Math.min(packet.length, MAX_UDP_QUERY_OCTETS) : packet.length;
    const query = readQuery(packet, length);
    if (query.isFault) return this.#refuseFault(query, length, client, send);
    const exchange = open(query, client);
    exchange.startMs = startMs;
    return after(this.#answer(exchange), () => this.#send(exchange, send));
  }

  /**
   * Asks this listener for another name on behalf of `exchange`: the query re-enters routing, so it is logged,
   * counted and cached like any (CoreDNS: plugin/pkg/upstream). Undefined for silence or too deep a chain.
   */
  lookup(exchange: Exchange, name: Name, type: number): Later<Reply | undefined> {
    if (exchange.depth >= MAX_LOOKUP_DEPTH) return undefined;
    const inner = new Exchange(
      {
        id: exchange.id,
        opcode: exchange.opcode,
        isRecursionDesired: exchange.isRecursionDesired,
        isAuthenticData: exchange.isAuthenticData,
        isCheckingDisabled: exchange.isCheckingDisabled,
        askedName: name,
        type,
        class: RRClass.IN,
        edns: exchange.edns,
        authority: exchange.authority,
        length: exchange.length - exchange.askedName.length + name.length,
      },
      lowerName(name),
      exchange.client,
      exchange.depth + 1,
    );
    inner.deadlineMs = exchange.deadlineMs;
    return after(this.#answer(inner), () => (inner.reply.isWritten ? inner.reply : undefined));
  }

  #refuseFault(fault: QueryFault, length: number, client: Client, send: Send): void {
    if (fault.isSilent) return;
    const replyLength = writeFault(fault, this.#out);
    if (fault.isCounted) {
      const { rcode } = fault;
      const sizes = { requestSize: length, responseSize: replyLength };
      this.#countDropped(client, { rcode, type: 0, isDnssecOk: false, ...sizes });
    }
    send(this.#out.subarray(0, replyLength));
  }

  #answer(exchange: Exchange): Later<void> {
    exchange.server = this.#label;
    if (exchange.class !== RRClass.IN && !this.#router.acceptsOtherClasses) {
      return this.#refuse(exchange);
    }
    if (exchange.edns !== undefined && exchange.edns.version !== 0) {
      return refuseVersion(exchange);
    }
    const site = this.#router.find(exchange);
    if (site?.block.chain.first === undefined) return this.#refuse(exchange);
    return this.#run(exchange, site);
  }

  #run(exchange: Exchange, site: Site): Later<void> {
    exchange.zone = site.label;
    const { block } = site;
    let outcome: Later<Outcome>;
    try {
      outcome = block.chain.first?.serve(exchange) ?? Rcode.REFUSED;
    } catch (error) {
      outcome = this.#contain(error, block, exchange);
    }
    if (outcome instanceof Promise) {
      return outcome
        .catch((error: unknown) => this.#contain(error, block, exchange))
        .then((code) => finish(exchange, code));
    }
    return finish(exchange, outcome);
  }

  /** One query's exception is that query's SERVFAIL, unless the debug plugin wants to see the process die. */
  #contain(error: unknown, block: Block, exchange: Exchange): Outcome {
    if (block.isDebug) throw error;
    const stack = block.hasStacktrace && error instanceof Error ? `\n${error.stack ?? ''}` : '';
    this.#recover(error, stack);
    exchange.reply.isWritten = false;
    return Rcode.SERVFAIL;
  }

  #recover(error: unknown, stack: string): void {
    const { log, countPanic } = this.#context;
    countPanic();
    const text = error instanceof Error ? error.message : String(error);
    log.error(`Recovered from panic in server: "${this.#label}" ${text}${stack}`);
  }

  #refuse(exchange: Exchange): void {
    finish(exchange, Rcode.REFUSED);
    const { client, type, length, isDnssecOk } = exchange;
    const responseSize = uncompressedLength(replyData(exchange));
    const rcode = Rcode.REFUSED;
    this.#countDropped(client, { rcode, type, isDnssecOk, requestSize: length, responseSize });
  }

  #countDropped(client: Client, refusal: Refusal): void {
    this.#context.dropped?.observe({
      server: this.#label,
      zone: 'dropped',
      view: '',
      protocol: client.protocol,
      family: client.address.includes(':') ? 2 : 1,
      plugin: '',
      durationSeconds: 0,
      ...refusal,
    });
  }

  #send(exchange: Exchange, send: Send): void {
    if (!exchange.reply.isWritten) return;
    let length: number;
    try {
      length = this.#encode(exchange);
    } catch (error) {
      // Records that a handler made badly: this query's failure, not the thread's.
      this.#recover(error, '');
      exchange.reply.isWritten = false;
      finish(exchange, Rcode.SERVFAIL);
      length = this.#encode(exchange);
    }
    send(this.#out.subarray(0, length));
    if (exchange.reply.following.length > 0) this.#sendFollowing(exchange, send);
  }

  /** The further messages of a zone transfer: header, question and OPT of the first, an answer section of their own. */
  #sendFollowing(exchange: Exchange, send: Send): void {
    const { reply } = exchange;
    for (const answer of reply.following) {
      reply.answer = [...answer];
      try {
        send(this.#out.subarray(0, this.#encode(exchange)));
      } catch (error) {
        // The client sees an unfinished transfer.
        this.#recover(error, '');
        return;
      }
    }
  }

  #encode(exchange: Exchange): number {
    const { client } = exchange;
    const isTcp = client.protocol === 'tcp';
    const fragmentLimit = client.address.includes(':') ? COMPRESS_OVER_IPV6 : COMPRESS_OVER_IPV4;
    return writeReply(replyData(exchange), this.#out, {
      maxSize: exchange.maxReplySize,
      compressOver: isTcp ? MAX_MESSAGE_OCTETS : fragmentLimit,
    });
  }
}

function open(query: Query, client: Client): Exchange {
  const { question } = query;
  return new Exchange(
    {
      id: query.id,
      opcode: query.opcode,
      isRecursionDesired: query.recursionDesired,
      isAuthenticData: query.authenticData,
      isCheckingDisabled: query.checkingDisabled,
      askedName: question.name,
      type: question.type,
      class: question.class,
      edns: query.edns,
      authority: query.authority,
      length: uncompressedLength(query),
    },
    lowerName(question.name),
    client,
    0,
  );
}

/** Writes the error reply that a chain left to the server; any other unwritten outcome is silence. */
function finish(exchange: Exchange, outcome: Outcome): void {
  const { reply } = exchange;
  if (reply.isWritten || !isServerError(outcome)) return;
  reply.clearSections();
  reply.edns = undefined;
  reply.isAuthoritative = false;
  reply.isRecursionAvailable = false;
  reply.isTruncated = false;
  reply.write(outcome);
}

/** Version 0 is all there is: BADVERS with an empty OPT of size 0 (RFC 6891 section 6.1.3, edns.go Version). */
function refuseVersion(exchange: Exchange): void {
  exchange.edns = undefined;
  exchange.reply.edns = {
    udpSize: 0,
    version: 0,
    isDnssecOk: false,
    extendedRcode: 0,
    options: [],
  };
  exchange.reply.write(Rcode.BADVERS);
}

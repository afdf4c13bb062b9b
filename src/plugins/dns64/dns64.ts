// Serving half of dns64: makes AAAA records out of A records for clients that have no IPv4 (RFC 6147; CoreDNS:
// plugin/dns64/dns64.go).

import type { Clock } from '../../base/clock.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { aaaaRdata } from '../../dns/rdata/aaaa.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { MetricsWriter } from '../../metrics/writer.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import { Reply } from '../../plugin/reply.ts';
import { responseKind } from '../../plugin/response-kind.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { embedIpv4 } from './embed.ts';
import { DNS64_TRANSLATED } from './metrics.ts';
import type { Dns64Options } from './options.ts';

/** Seconds, where no SOA says how long there are no AAAA records (RFC 6147 section 5.1.7). */
const MAX_TTL = 600;
const MS_PER_SECOND = 1000;

/** What the handler takes from its thread. */
export type Dns64Context = Pick<ServingContext, 'clock' | 'metrics' | 'lookup'>;

/** Translates where there are no AAAA records. */
export class Dns64Handler implements Handler {
  readonly name = 'dns64';
  readonly directRole: DirectRole = { kind: 'screen', passes: (direct) => this.#passes(direct) };
  readonly #options: Dns64Options;
  readonly #next: Handler;
  readonly #clock: Clock;
  readonly #metrics: MetricsWriter;
  readonly #lookup: ServingContext['lookup'];

  constructor(options: Dns64Options, next: Handler, context: Dns64Context) {
    this.#options = options;
    this.#next = next;
    this.#clock = context.clock;
    this.#metrics = context.metrics;
    this.#lookup = context.lookup;
  }

  serve(exchange: Exchange): Later<Outcome> {
    const outcome = this.#next.serve(exchange);
    if (!this.#isTranslated(exchange)) return outcome;
    return after(outcome, (code) =>
      this.#lacksAddress(exchange) ? this.#translate(exchange) : code,
    );
  }

  #passes({ type, family }: DirectExchange): boolean {
    return type !== RRType.AAAA || !(this.#options.isForIpv4 || family === 2);
  }

  #isTranslated({ client, type, class: queryClass }: Exchange): boolean {
    if (type !== RRType.AAAA || queryClass !== RRClass.IN) return false;
    return this.#options.isForIpv4 || client.address.includes(':');
  }

  /** A name that does not exist has no A records either; other errors count as an empty answer (RFC 6147 section 5.1.2). */
  #lacksAddress(exchange: Exchange): boolean {
    const { reply } = exchange;
    if (!reply.isWritten) return false;
    const nowSeconds = Math.floor(this.#clock.epochMs() / MS_PER_SECOND);
    if (responseKind(exchange, reply, nowSeconds) === 'NXDOMAIN') return false;
    if (this.#options.isAlwaysTranslated) return true;
    return !reply.answer.some(({ type }) => type === RRType.AAAA);
  }

  #translate(exchange: Exchange): Later<Outcome> {
    return after(this.#lookup(exchange, exchange.name, RRType.A), (found) => {
      const { reply } = exchange;
      if (found === undefined) {
        reply.isWritten = false;
        return Rcode.SERVFAIL;
      }
      this.#metrics.counter(DNS64_TRANSLATED, [exchange.server]).add();
      const made = this.#synthesize(found, negativeTtl(reply));
      reply.takeOver(made);
      return Rcode.NOERROR;
    });
  }

  /** The A reply with AAAA records in the place of A records. */
  #synthesize(found: Reply, maxTtl: number): Reply {
    const made = new Reply();
    made.isTruncated = found.isTruncated;
    made.answer = found.answer.map((record) => this.#embedded(record, maxTtl));
    made.authority = found.authority;
    made.additional = found.additional;
    made.edns = found.edns;
    made.write(Rcode.NOERROR);
    return made;
  }

  #embedded(record: ResourceRecord, maxTtl: number): ResourceRecord {
    if (record.type !== RRType.A) return record;
    const rdata = aaaaRdata(embedIpv4(this.#options.prefix, record.rdata));
    return { ...record, type: RRType.AAAA, ttl: Math.min(record.ttl, maxTtl), rdata };
  }
}

/** TTL of the last SOA in the reply without AAAA records. */
function negativeTtl({ authority }: Reply): number {
  return authority.findLast(({ type }) => type === RRType.SOA)?.ttl ?? MAX_TTL;
}

/** Makes dns64 handlers. */
export const dns64Serving: ServingPlugin = {
  name: 'dns64',
  create: (options, next, context) => new Dns64Handler(options as Dns64Options, next, context),
};

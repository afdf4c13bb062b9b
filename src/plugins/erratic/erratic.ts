// Serving half of erratic: answers every query, but drops, delays and truncates some, for tests of clients (CoreDNS:
// plugin/erratic/erratic.go). Ends its chain.

import type { Clock } from '../../base/clock.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import type { Name } from '../../dns/name.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { SearchPathProvider } from '../../plugin/search-path.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import type { ErraticOptions } from './options.ts';
import { ADDRESSES, record, SEARCH_PATH, zoneRecords } from './zone.ts';

/** Records of a large answer. */
const LARGE = 30;

/** Answers with fixed records and with faults. */
export class ErraticHandler implements Handler, SearchPathProvider {
  readonly name = 'erratic';
  readonly #options: ErraticOptions;
  readonly #clock: Clock;
  readonly #queries: Uint32Array;

  constructor(options: ErraticOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#queries = new Uint32Array(options.counter);
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { drop, delay, delayMs, truncate } = this.#options;
    const query = Atomics.add(this.#queries, 0, 1);
    if (drop > 0 && query % drop === 0) return Rcode.NOERROR;
    // CoreDNS compares bits here, not remainders.
    const isTruncated = truncate > 0 && (query & truncate) === 0;
    const isDelayed = delay > 0 && query % delay === 0;
    return after(isDelayed ? this.#pause(delayMs) : undefined, () =>
      this.#answer(exchange, isTruncated),
    );
  }

  searchPath(): readonly Name[] {
    return SEARCH_PATH;
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.setTimeout(resolve, delayMs);
    });
  }

  #answer({ askedName, type, reply }: Exchange, isTruncated: boolean): Outcome {
    reply.isAuthoritative = true;
    if (type === RRType.AXFR) {
      const records = zoneRecords(askedName);
      // A transfer that is cut lacks its last SOA.
      reply.answer = isTruncated ? records : [...records, ...records.slice(0, 1)];
      return reply.write(Rcode.NOERROR);
    }
    const rdata = ADDRESSES.get(type);
    if (rdata === undefined) return Rcode.SERVFAIL;
    reply.isTruncated = isTruncated;
    const count = this.#options.isLarge ? LARGE : 1;
    reply.answer = Array.from({ length: count }, () => record(askedName, type, rdata));
    return reply.write(Rcode.NOERROR);
  }
}

/** Makes erratic handlers. */
export const erraticServing: ServingPlugin = {
  name: 'erratic',
  create: (options, _next, { clock }) => new ErraticHandler(options as ErraticOptions, clock),
};

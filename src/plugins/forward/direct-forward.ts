// Forwards queries of the short path: the client's octets go out, and the reply's come back, with nothing made of either. Takes
// part where a plain UDP query to one upstream is all that there is to do; every other turn of events (no reply, an
// error, a reply that is not plain) hands the query over to the general path, which goes on from there.

import type { Clock } from '../../base/clock.ts';
import { Spares } from '../../base/spares.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import type { Question } from '../../dns/message.ts';
import { u16At } from '../../dns/rdata/octets.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { LateQuery } from '../../plugin/direct-role.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { DirectQuery, UpstreamOutcome } from '../../upstream/upstream-query.ts';

const FLAGS_OFFSET = 2;
const NAME_OFFSET = 12;
const TYPE_OCTETS = 4;
/** All that goes out of the client's flags: RD, and CD in the next octet. */
const FLAG_RECURSION_DESIRED = 0x01;
const FLAG_CHECKING_DISABLED = 0x10;
/** Set as the cache in front has it (RFC 6840 section 5.7). */
const FLAG_AUTHENTIC_DATA = 0x20;
const RCODE_MASK = 0x0f;
/** Flights kept for later use. */
const MAX_SPARE_FLIGHTS = 1024;

/** Types that have rules of their own on the general path. */
const GENERAL_TYPES: ReadonlySet<number> = new Set([
  RRType.DS,
  RRType.RRSIG,
  RRType.IXFR,
  RRType.AXFR,
  RRType.ANY,
]);

/** What was asked already for a query, and what came of it. */
export interface FirstAttempt {
  readonly question: Question;
  /** All upstreams as they stood then. */
  readonly upstreams: readonly Upstream[];
  /** The same in the order of the query, from the one that was asked on. */
  readonly order: readonly Upstream[];
  readonly outcome: UpstreamOutcome;
}

/** The handler's part. */
export interface DirectTools {
  readonly clock: Clock;
  /** Whether the query is forwarded, and may be now. */
  mayAsk(direct: DirectExchange): boolean;
  /** The upstreams that there are; another array when there are others. */
  upstreams(): readonly Upstream[];
  /** The same in the order for one query. */
  order(upstreams: readonly Upstream[]): readonly Upstream[];
  isDown(upstream: Upstream): boolean;
  /** A query has gone out (1), or has ended (-1). */
  addConcurrent(change: number): void;
  /** Runs `resume`, which asks the handler on the general path, where it goes on after this attempt. */
  goOn(attempt: FirstAttempt, resume: () => void): void;
}

/** Asks the upstreams of one handler. */
export class DirectForward {
  readonly tools: DirectTools;
  readonly #spares: Spares<Flight> = new Spares(MAX_SPARE_FLIGHTS);

  constructor(tools: DirectTools) {
    this.tools = tools;
  }

  /** Sends the query; false when the general path must. */
  ask(direct: DirectExchange, late: LateQuery): boolean {
    const { tools } = this;
    if (GENERAL_TYPES.has(direct.type) || !tools.mayAsk(direct)) return false;
    const upstreams = tools.upstreams();
    // Before there is an order: round_robin counts how often it is asked for one, and the general path asks again.
    if (!upstreams.every(isDirect)) return false;
    const order = tools.order(upstreams);
    const upstream = this.#firstOf(order);
    if (upstream === undefined) return false;
    tools.addConcurrent(1);
    (this.#spares.take() ?? new Flight(this)).start(late, { upstreams, order, upstream });
    return true;
  }

  /** The first upstream that is not down; undefined when all are: who is asked then is up to the general path. */
  #firstOf(order: readonly Upstream[]): Upstream | undefined {
    for (const upstream of order) if (!this.tools.isDown(upstream)) return upstream;
    return undefined;
  }

  /** A flight is over and may be used for another query. */
  ended(flight: Flight): void {
    this.tools.addConcurrent(-1);
    this.#spares.giveBack(flight);
  }
}

function isDirect(upstream: Upstream): boolean {
  return upstream.isDirect;
}

/** The upstreams of one query, all and in its order, and the one that is asked. */
interface Way {
  readonly upstreams: readonly Upstream[];
  readonly order: readonly Upstream[];
  readonly upstream: Upstream;
}

/** The order from the upstream that was asked on: those before it are down, and come again at the end. */
function orderFrom({ order, upstream }: Way): readonly Upstream[] {
  const at = order.indexOf(upstream);
  return at === 0 ? order : [...order.slice(at), ...order.slice(0, at)];
}

/** One query on its way to an upstream and back; used again for others. */
class Flight implements DirectQuery {
  readonly settle: (outcome: UpstreamOutcome) => void;
  wire: Uint8Array = new Uint8Array(0);
  length = 0;
  questionLength = 0;
  receiveSize = 0;
  readonly #owner: DirectForward;
  #late: LateQuery | undefined = undefined;
  #way: Way | undefined = undefined;
  #startMs = 0;

  constructor(owner: DirectForward) {
    this.#owner = owner;
    this.settle = (outcome) => this.#settle(outcome);
  }

  /** For replies that are read like all others: rare. */
  get question(): Question {
    const { wire, questionLength } = this;
    const typeAt = questionLength - TYPE_OCTETS;
    const name = wire.slice(NAME_OFFSET, typeAt);
    return { name, type: u16At(wire, typeAt), class: RRClass.IN };
  }

  start(late: LateQuery, way: Way): void {
    this.wire = late.packet;
    this.length = late.length;
    this.questionLength = late.questionLength;
    this.receiveSize = late.receiveSize;
    this.#late = late;
    this.#way = way;
    this.#startMs = late.startMs;
    this.#send(way.upstream);
  }

  /** The packet has the upstream's flags only until its copy is made. */
  #send(upstream: Upstream): void {
    const { wire } = this;
    const flags = wire[FLAGS_OFFSET] ?? 0;
    const moreFlags = wire[FLAGS_OFFSET + 1] ?? 0;
    wire[FLAGS_OFFSET] = flags & FLAG_RECURSION_DESIRED;
    wire[FLAGS_OFFSET + 1] = (moreFlags & FLAG_CHECKING_DISABLED) | FLAG_AUTHENTIC_DATA;
    upstream.askDirect(this, this.#startMs);
    wire[FLAGS_OFFSET] = flags;
    wire[FLAGS_OFFSET + 1] = moreFlags;
  }

  take(bytes: Uint8Array, start: number, end: number): boolean {
    if (this.#late?.pass(bytes, start, end) !== true) return false;
    this.#count((bytes[start + FLAGS_OFFSET + 1] ?? 0) & RCODE_MASK);
    this.#end();
    return true;
  }

  #settle(outcome: UpstreamOutcome): void {
    if (outcome.kind === 'reply') this.#count(outcome.message.rcode);
    const late = this.#late;
    const way = this.#way;
    const { question } = this;
    this.#end();
    if (late === undefined || way === undefined) return;
    const attempt = { question, upstreams: way.upstreams, order: orderFrom(way), outcome };
    this.#owner.tools.goOn(attempt, () => late.leave());
  }

  #count(rcode: number): void {
    this.#way?.upstream.countReply(rcode, this.#owner.tools.clock.monotonicMs() - this.#startMs);
  }

  #end(): void {
    this.#late = undefined;
    this.#way = undefined;
    this.#owner.ended(this);
  }
}

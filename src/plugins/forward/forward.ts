// Serving half of forward: asks upstream servers and passes on what they say (CoreDNS: plugin/forward/forward.go).
// Decides whom to ask and when to give up; sockets, pools and health are in the upstream room.

import type { Clock } from '../../base/clock.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { encodeMessage, type Message } from '../../dns/message.ts';
import { equalNames, isSubdomain, type Name, parseName, ROOT } from '../../dns/name.ts';
import type { Counter } from '../../metrics/writer.ts';
import { type DirectExchange, endsInZone } from '../../plugin/direct.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { zoneNames } from '../../plugin/zones.ts';
import { createPolicy, type Policy, shuffled } from '../../upstream/policy.ts';
import type { Upstream } from '../../upstream/upstream.ts';
import type { UpstreamOutcome, UpstreamQuery } from '../../upstream/upstream-query.ts';
import { DirectForward, type FirstAttempt } from './direct-forward.ts';
import { FORWARD_HEALTHCHECK_BROKEN, FORWARD_MAX_CONCURRENT_REJECTS } from './metrics.ts';
import type { ForwardOptions } from './options.ts';
import type { Target } from './target.ts';
import { UpstreamList } from './upstream-list.ts';

/** After that no further attempt is begun. */
const QUERY_TIMEOUT_MS = 5000;
/** Smallest UDP reply that every client takes (RFC 1035 section 4.2.1). */
const MIN_UDP_SIZE = 512;

/** What the handler takes from its thread. */
export type ForwardContext = Pick<ServingContext, 'clock' | 'metrics' | 'onClose' | 'subscribe'>;

/** Forwards the queries of one stanza. */
export class ForwardHandler implements Handler {
  readonly name = 'forward';
  /** Undefined where options may send a query on after its reply. */
  readonly directRole: DirectRole | undefined;
  readonly #options: ForwardOptions;
  readonly #next: Handler;
  readonly #clock: Clock;
  readonly #from: Name;
  readonly #except: readonly Name[];
  readonly #upstreams: UpstreamList;
  readonly #policy: Policy<Upstream>;
  readonly #broken: Counter;
  readonly #rejected: Counter;
  #concurrent = 0;
  /** What the query that is about to come has been asked on the short path. */
  #firstAttempt: FirstAttempt | undefined = undefined;

  constructor(options: ForwardOptions, next: Handler, context: ForwardContext) {
    this.#options = options;
    this.#next = next;
    this.#clock = context.clock;
    this.#from = parseName(options.from) ?? ROOT;
    this.#except = zoneNames(options.except);
    this.#policy = createPolicy(options.policy);
    this.#upstreams = new UpstreamList(options, context);
    this.#broken = context.metrics.counter(FORWARD_HEALTHCHECK_BROKEN, []);
    this.#rejected = context.metrics.counter(FORWARD_MAX_CONCURRENT_REJECTS, []);
    this.directRole = isAlwaysPlain(options) ? this.#directRole() : undefined;
    context.onClose(() => this.#upstreams.close());
    const { channel } = options;
    if (channel === undefined) return;
    context.subscribe(channel, (data) => this.#upstreams.replace(data as readonly Target[]));
  }

  #directRole(): DirectRole {
    const { maxConcurrent, maxFails } = this.#options;
    const direct = new DirectForward({
      clock: this.#clock,
      mayAsk: (query) =>
        this.#isForwardedDirect(query) && (maxConcurrent === 0 || this.#concurrent < maxConcurrent),
      upstreams: () => this.#upstreams.all,
      order: (upstreams) => this.#policy(upstreams),
      isDown: (upstream) => upstream.isDown(maxFails),
      addConcurrent: (change) => {
        this.#concurrent += change;
      },
      goOn: (attempt, resume) => {
        this.#firstAttempt = attempt;
        resume();
        this.#firstAttempt = undefined;
      },
    });
    return { kind: 'ask', ask: (query, late) => direct.ask(query, late) };
  }

  serve(exchange: Exchange): Later<Outcome> {
    if (!this.#isForwarded(exchange.name)) return this.#next.serve(exchange);
    const { maxConcurrent } = this.#options;
    if (maxConcurrent > 0 && this.#concurrent >= maxConcurrent) {
      this.#rejected.add();
      exchange.error = new Error(`concurrent queries exceeded maximum ${maxConcurrent}`);
      return Rcode.REFUSED;
    }
    return this.#forward(exchange);
  }

  #isForwarded(name: Name): boolean {
    if (!isSubdomain(name, this.#from)) return false;
    if (this.#except.length === 0 || equalNames(name, this.#from)) return true;
    return !this.#except.some((zone) => isSubdomain(name, zone));
  }

  #isForwardedDirect(direct: DirectExchange): boolean {
    const { name, nameLength } = direct;
    if (!endsInZone(name, nameLength, this.#from)) return false;
    if (this.#except.length === 0 || nameLength === this.#from.length) return true;
    return !direct.isInSome(this.#except);
  }

  async #forward(exchange: Exchange): Promise<Outcome> {
    this.#concurrent++;
    try {
      return await this.#askUpstreams(exchange);
    } finally {
      this.#concurrent--;
    }
  }

  /** Asks one upstream after the other until one gives a reply to pass on; begins anew when there are others meanwhile. */
  async #askUpstreams(exchange: Exchange): Promise<Outcome> {
    const query = queryOf(exchange);
    const deadlineMs = this.#deadlineMs(exchange);
    let round = this.#firstRound(exchange);
    let error: Error | undefined;
    while (this.#goesOn(round, deadlineMs)) {
      const upstream = this.#choose(round);
      if (upstream === undefined) break;
      noteUpstream(exchange, upstream);
      const outcome = round.takeKnown() ?? (await this.#ask(upstream, query, exchange));
      if (outcome.kind === 'mismatch') return writeFormatError(exchange);
      if (outcome.kind === 'failed') {
        error = outcome.error;
        round.attempts++;
        round.isOver = round.isLastHope;
        this.#checkHealth(upstream);
      } else if (this.#failsOver(outcome.message, round)) {
        round.failovers++;
      } else {
        return this.#pass(exchange, outcome.message);
      }
      if (round.upstreams !== this.#upstreams.all) round = this.#newRound();
    }
    exchange.error = error ?? new Error('no healthy proxies');
    return Rcode.SERVFAIL;
  }

  /** Goes on where the short path has begun, if this is its query. */
  #firstRound({ name, type }: Exchange): Round {
    const attempt = this.#firstAttempt;
    if (attempt === undefined) return this.#newRound();
    const { question, upstreams, order, outcome } = attempt;
    if (question.type !== type || !equalNames(question.name, name)) return this.#newRound();
    this.#firstAttempt = undefined;
    return new Round(upstreams, order, outcome);
  }

  #newRound(): Round {
    const { all } = this.#upstreams;
    return new Round(all, this.#policy(all));
  }

  #checkHealth(upstream: Upstream): void {
    if (this.#options.maxFails !== 0) upstream.checkHealth();
  }

  /** Whether the reply sends the query on: each upstream is left once at most, the reply of the last one counts. */
  #failsOver({ rcode }: Message, { failovers, upstreams }: Round): boolean {
    return this.#options.failoverRcodes.includes(rcode) && failovers + 1 < upstreams.length;
  }

  /** The client's deadline (plugin cancel) may come first. */
  #deadlineMs({ startMs, deadlineMs = Number.POSITIVE_INFINITY }: Exchange): number {
    return Math.min((startMs ?? this.#clock.monotonicMs()) + QUERY_TIMEOUT_MS, deadlineMs);
  }

  /** What is known already counts, however late it came. */
  #goesOn(round: Round, deadlineMs: number): boolean {
    return round.isKnown || (this.#mayAsk(round) && this.#clock.monotonicMs() < deadlineMs);
  }

  #mayAsk({ attempts, isOver, upstreams }: Round): boolean {
    const { maxAttempts = 2 * upstreams.length } = this.#options;
    return !isOver && (maxAttempts === 0 || attempts < maxAttempts);
  }

  /** The next upstream that is not down. When all are, the checks may be what is broken: any of them will do. */
  #choose(round: Round): Upstream | undefined {
    const { maxFails, isFailfast } = this.#options;
    if (round.isKnown) return round.next();
    round.isLastHope = false;
    for (let down = 0; down < round.upstreams.length; down++) {
      const upstream = round.next();
      if (upstream === undefined || !upstream.isDown(maxFails)) return upstream;
    }
    this.#broken.add();
    // There is no other to ask after it.
    round.isLastHope = true;
    return isFailfast ? undefined : shuffled(round.upstreams)[0];
  }

  #ask(upstream: Upstream, query: UpstreamQuery, { client }: Exchange): Promise<UpstreamOutcome> {
    const { isTcpForced, isUdpPreferred } = this.#options;
    if (isTcpForced) return upstream.ask(query, 'tcp');
    return isUdpPreferred ? askUdpFirst(upstream, query) : upstream.ask(query, client.protocol);
  }

  /** Gives the reply to the client, or the question to the next stanza. */
  #pass(exchange: Exchange, message: Message): Later<Outcome> {
    const { nextRcodes, isNextOnNoData } = this.#options;
    const isNoData = message.rcode === Rcode.NOERROR && message.answer.length === 0;
    const isForNext = nextRcodes.includes(message.rcode) || (isNextOnNoData && isNoData);
    if (isForNext && this.#next instanceof ForwardHandler) return this.#next.serve(exchange);
    writeMessage(exchange, message);
    // CoreDNS's forward answers 0 whatever it wrote: another code would ask the server to write an error.
    return Rcode.NOERROR;
  }
}

/** The upstreams of one query in their order, again and again, and what came of asking them. */
class Round {
  /** As they stood when the round began. */
  readonly upstreams: readonly Upstream[];
  readonly #order: readonly Upstream[];
  #at = 0;
  /** Upstreams that failed. */
  attempts = 0;
  /** Upstreams whose reply was not taken. */
  failovers = 0;
  /** All upstreams are down: whichever is asked now. */
  isLastHope = false;
  /** There is no use in asking on. */
  isOver = false;
  /** What came of asking the first one, where that was done on the short path. */
  #known: UpstreamOutcome | undefined;

  constructor(upstreams: readonly Upstream[], order: readonly Upstream[], known?: UpstreamOutcome) {
    this.upstreams = upstreams;
    this.#order = order;
    this.#known = known;
  }

  get isKnown(): boolean {
    return this.#known !== undefined;
  }

  takeKnown(): UpstreamOutcome | undefined {
    const known = this.#known;
    this.#known = undefined;
    return known;
  }

  next(): Upstream | undefined {
    const upstream = this.#order[this.#at];
    this.#at = (this.#at + 1) % this.#order.length;
    return upstream;
  }
}

/** Whether a reply ends a query whatever it says, and UDP is all that it needs. */
function isAlwaysPlain(options: ForwardOptions): boolean {
  const { isTcpForced, isUdpPreferred, failoverRcodes, nextRcodes, isNextOnNoData } = options;
  const goesOn = failoverRcodes.length > 0 || nextRcodes.length > 0 || isNextOnNoData;
  return !(isTcpForced || isUdpPreferred || goesOn);
}

/** Apart from the loop, where the closure would cost each query a context of its variables. */
function noteUpstream({ metadata }: Exchange, { text }: Upstream): void {
  metadata?.set('forward/upstream', () => text);
}

/** A truncated reply is asked for again over TCP. */
async function askUdpFirst(upstream: Upstream, query: UpstreamQuery): Promise<UpstreamOutcome> {
  const outcome = await upstream.ask(query, 'udp');
  const isTruncated = outcome.kind === 'reply' && outcome.message.truncated;
  return isTruncated ? upstream.ask(query, 'tcp') : outcome;
}

/** The client's query as it goes out: same flags, same OPT, the name in the client's spelling. */
function queryOf(exchange: Exchange): UpstreamQuery {
  const question = { name: exchange.askedName, type: exchange.type, class: exchange.class };
  const wire = encodeMessage(
    {
      id: 0,
      isResponse: false,
      opcode: exchange.opcode,
      authoritative: exchange.isAuthoritative,
      truncated: false,
      recursionDesired: exchange.isRecursionDesired,
      recursionAvailable: exchange.isRecursionAvailable,
      zero: false,
      authenticData: exchange.isAuthenticData,
      checkingDisabled: exchange.isCheckingDisabled,
      rcode: 0,
      questions: [question],
      answer: [],
      authority: exchange.authority,
      additional: [],
      edns: exchange.edns,
    },
    { compress: false },
  );
  const receiveSize = Math.max(exchange.edns?.udpSize ?? 0, MIN_UDP_SIZE);
  return { wire, question, receiveSize };
}

function writeMessage(exchange: Exchange, message: Message): void {
  const { reply } = exchange;
  reply.isAuthoritative = message.authoritative;
  reply.isTruncated = message.truncated;
  reply.isRecursionAvailable = message.recursionAvailable;
  reply.isAuthenticData = message.authenticData;
  reply.isRecursionDesired = message.recursionDesired;
  reply.isCheckingDisabled = message.checkingDisabled;
  reply.answer = [...message.answer];
  reply.authority = [...message.authority];
  reply.additional = [...message.additional];
  reply.edns = message.edns;
  const [question] = message.questions;
  // Only the spelling of the name can differ here.
  const isSpeltAlike =
    question !== undefined && Buffer.compare(question.name, exchange.askedName) === 0;
  if (!isSpeltAlike) reply.question = question;
  reply.write(message.rcode);
}

/** The upstream answered another question than the one that it was asked. */
function writeFormatError({ reply }: Exchange): Outcome {
  reply.write(Rcode.FORMERR);
  return Rcode.NOERROR;
}

/** Makes forward handlers. */
export const forwardServing: ServingPlugin = {
  name: 'forward',
  create: (options, next, context) => new ForwardHandler(options as ForwardOptions, next, context),
};

// Serving half of local: answers names that mean this host by themselves (RFC 6303, RFC 6761 section 6.3; CoreDNS:
// plugin/local/local.go). IPv6 reverse names are not handled.

import { parseIp } from '../../base/ip.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { equalNames, isSubdomain, type Name, parseName, ROOT } from '../../dns/name.ts';
import { aRdata } from '../../dns/rdata/a.ts';
import { aaaaRdata } from '../../dns/rdata/aaaa.ts';
import { soaRdata } from '../../dns/rdata/soa.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { Counter, MetricsWriter } from '../../metrics/writer.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import { matchZone, zoneNames } from '../../plugin/zones.ts';
import { LOCALHOST_REQUESTS } from './metrics.ts';
import type { LocalOptions } from './setup.ts';

/** A week, in seconds. */
const TTL = 604_800;

const LOCALHOST: Name = parseName('localhost.') ?? ROOT;
const LOOPBACK: Name = parseName('1.0.0.127.in-addr.arpa.') ?? ROOT;
const REVERSE_ZONES: readonly Name[] = zoneNames([
  '0.in-addr.arpa.',
  '127.in-addr.arpa.',
  '255.in-addr.arpa.',
]);
const LOCAL_ZONES: readonly Name[] = [LOCALHOST, ...REVERSE_ZONES];
/** Octets of the label `localhost` with its length. */
const LOCALHOST_LABEL: Uint8Array = LOCALHOST.subarray(0, LOCALHOST.length - 1);

const ADDRESSES: ReadonlyMap<number, Uint8Array> = new Map([
  [RRType.A, aRdata(parseIp('127.0.0.1') ?? new Uint8Array(4))],
  [RRType.AAAA, aaaaRdata(parseIp('::1') ?? new Uint8Array(16))],
]);

const SOA_RDATA: Uint8Array = soaRdata({
  mname: LOCALHOST,
  rname: parseName('root.localhost.') ?? ROOT,
  serial: 1,
  refresh: 0,
  retry: 0,
  expire: 0,
  minimum: TTL,
});

/** Answers local names, passes on all others. */
export class LocalHandler implements Handler {
  readonly name = 'local';
  readonly directRole: DirectRole = { kind: 'screen', passes: (direct) => this.#passes(direct) };
  readonly #isPrefixLocal: boolean;
  readonly #next: Handler;
  readonly #localhostRequests: Counter;

  constructor({ isPrefixLocal }: LocalOptions, next: Handler, metrics: MetricsWriter) {
    this.#isPrefixLocal = isPrefixLocal;
    this.#next = next;
    this.#localhostRequests = metrics.counter(LOCALHOST_REQUESTS, []);
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { name } = exchange;
    if (equalNames(name, LOCALHOST)) return answerApex(exchange);
    const isBelow = isSubdomain(name, LOCALHOST);
    if (isBelow || (this.#isPrefixLocal && hasLocalhostPrefix(name, name.length))) {
      this.#localhostRequests.add();
      return answerOr(exchange, ADDRESSES.get(exchange.type), exchange.askedName);
    }
    const zone = matchZone(REVERSE_ZONES, name);
    return zone === undefined ? this.#next.serve(exchange) : answerReverse(exchange, zone);
  }

  #passes(direct: DirectExchange): boolean {
    if (this.#isPrefixLocal && hasLocalhostPrefix(direct.name, direct.nameLength)) return false;
    return !direct.isInSome(LOCAL_ZONES);
  }
}

/** More labels follow: `localhost.` itself is a zone. The name is the first `length` octets. */
function hasLocalhostPrefix(name: Uint8Array, length: number): boolean {
  if (length <= LOCALHOST.length) return false;
  return LOCALHOST_LABEL.every((octet, at) => name[at] === octet);
}

function answerApex(exchange: Exchange): Outcome {
  const address = ADDRESSES.get(exchange.type);
  return answerOr(exchange, address ?? apexRdata(exchange.type), exchange.askedName);
}

function answerReverse(exchange: Exchange, zone: Name): Outcome {
  const { name, askedName, type } = exchange;
  // The owner is spelled as in the question.
  const owner = askedName.subarray(askedName.length - zone.length);
  if (name.length === zone.length) return answerOr(exchange, apexRdata(type), owner);
  if (equalNames(name, LOOPBACK)) {
    return answerOr(exchange, type === RRType.PTR ? LOCALHOST : undefined, owner);
  }
  exchange.reply.authority.push(record(owner, RRType.SOA, SOA_RDATA));
  exchange.reply.write(Rcode.NXDOMAIN);
  return Rcode.NOERROR;
}

function apexRdata(type: number): Uint8Array | undefined {
  if (type === RRType.SOA) return SOA_RDATA;
  return type === RRType.NS ? LOCALHOST : undefined;
}

/** The one record that there is, else an empty answer with the SOA of `owner`. */
function answerOr(
  { askedName, type, reply }: Exchange,
  rdata: Uint8Array | undefined,
  owner: Name,
): Outcome {
  if (rdata === undefined) reply.authority.push(record(owner, RRType.SOA, SOA_RDATA));
  else reply.answer.push(record(askedName, type, rdata));
  return reply.write(Rcode.NOERROR);
}

function record(name: Name, type: number, rdata: Uint8Array): ResourceRecord {
  return { name, type, class: RRClass.IN, ttl: TTL, rdata };
}

/** Makes local handlers. */
export const localServing: ServingPlugin = {
  name: 'local',
  create: (options, next, { metrics }) => new LocalHandler(options as LocalOptions, next, metrics),
};

// Serving half of acl: lets queries pass or ends them, by client, type and zone (CoreDNS: plugin/acl/acl.go).

import { cidrContains, parseIp, unmapIp } from '../../base/ip.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { extendedErrorOption } from '../../dns/edns.ts';
import { formatName, type Name } from '../../dns/name.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { MetricDefinition } from '../../metrics/definition.ts';
import type { Counter, MetricsWriter } from '../../metrics/writer.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { matchZone, zoneNames } from '../../plugin/zones.ts';
import { ACL_ALLOWED, ACL_BLOCKED, ACL_DROPPED, ACL_FILTERED } from './metrics.ts';
import type { AclAction, AclOptions, AclPolicy } from './options.ts';

/** Extended errors of RFC 8914 sections 4.16 and 4.18. */
const EDE_BLOCKED = 15;
const EDE_FILTERED = 17;
const UDP_SIZE = 4096;

/** One stanza, compiled. */
interface Rule {
  readonly zones: readonly Name[];
  readonly policies: readonly AclPolicy[];
}

/** Passes on what the rules allow. */
export class AclHandler implements Handler {
  readonly name = 'acl';
  readonly #next: Handler;
  readonly #rules: readonly Rule[];
  readonly #metrics: MetricsWriter;
  readonly #log: Logger;
  #allowed: Counter | undefined = undefined;
  #allowedServer = '';

  constructor(
    options: AclOptions,
    next: Handler,
    { metrics, log }: Pick<ServingContext, 'metrics' | 'log'>,
  ) {
    this.#next = next;
    this.#rules = options.rules.map(({ zones, policies }) => ({
      zones: zoneNames(zones),
      policies,
    }));
    this.#metrics = metrics;
    this.#log = pluginLogger(log, 'acl');
  }

  serve(exchange: Exchange): Later<Outcome> {
    for (const rule of this.#rules) {
      const zone = matchZone(rule.zones, exchange.name);
      if (zone === undefined) continue;
      const action = this.#decide(rule.policies, exchange);
      if (action === undefined) continue;
      // Later stanzas are not asked.
      if (action === 'allow') break;
      return this.#end(exchange, action, zone);
    }
    this.#allowedOf(exchange).add();
    return this.#next.serve(exchange);
  }

  /** The action of the first policy that matches. */
  #decide(policies: readonly AclPolicy[], { client, type }: Exchange): AclAction | undefined {
    const address = parseIp(client.address);
    if (address === undefined) {
      this.#log.error(`Blocking request. Unable to parse source address: ${client.address}`);
      return 'block';
    }
    const ip = unmapIp(address);
    return policies.find(
      ({ types, networks }) =>
        (types === undefined || types.includes(type)) &&
        (networks === undefined || networks.some((network) => cidrContains(network, ip))),
    )?.action;
  }

  #end(exchange: Exchange, action: Exclude<AclAction, 'allow'>, zone: Name): Outcome {
    switch (action) {
      case 'block':
        this.#count(ACL_BLOCKED, exchange, zone);
        writeReason(exchange, Rcode.REFUSED, EDE_BLOCKED);
        break;
      case 'filter':
        this.#count(ACL_FILTERED, exchange, zone);
        writeReason(exchange, Rcode.NOERROR, EDE_FILTERED);
        break;
      case 'drop':
        this.#count(ACL_DROPPED, exchange, zone);
        break;
    }
    return Rcode.NOERROR;
  }

  /** A query mostly comes by the same listener as the one before; a block has one view. */
  #allowedOf({ server, view }: Exchange): Counter {
    if (this.#allowed === undefined || this.#allowedServer !== server) {
      this.#allowed = this.#metrics.counter(ACL_ALLOWED, [server, view]);
      this.#allowedServer = server;
    }
    return this.#allowed;
  }

  #count(metric: MetricDefinition, { server, view }: Exchange, zone: Name): void {
    this.#metrics.counter(metric, [server, formatName(zone), view]).add();
  }
}

/** An empty reply that says why; the OPT is there also for clients without EDNS, as in CoreDNS. */
function writeReason({ reply }: Exchange, rcode: number, infoCode: number): void {
  reply.edns = {
    udpSize: UDP_SIZE,
    version: 0,
    isDnssecOk: true,
    extendedRcode: 0,
    options: [extendedErrorOption({ infoCode, text: '' })],
  };
  reply.write(rcode);
}

/** Makes acl handlers. */
export const aclServing: ServingPlugin = {
  name: 'acl',
  create: (options, next, context) => new AclHandler(options as AclOptions, next, context),
};

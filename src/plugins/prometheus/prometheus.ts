// Serving half of prometheus: counts each query of its block after the handlers behind it have returned (CoreDNS:
// plugin/metrics/handler.go). Allocates nothing for a query whose series exist.

import type { Clock } from '../../base/clock.ts';
import { formatName, isSubdomain, labelCount, type Name } from '../../dns/name.ts';
import { isServerError } from '../../plugin/client-write.ts';
import { type DirectExchange, endsInZone } from '../../plugin/direct.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import { replySize } from '../../plugin/reply-size.ts';
import { RequestMetrics, type RequestSample } from '../../plugin/request-metrics.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { hasZoneLabels, type LabelledZone, type ZoneLabels } from '../../plugin/zone-labels.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the handler takes from its thread. */
export type PrometheusContext = Pick<ServingContext, 'clock' | 'metrics' | 'zones'> &
  Partial<Pick<ServingContext, 'handler'>>;

/** Counts queries and replies of one block. */
export class PrometheusHandler implements Handler {
  readonly name = 'prometheus';
  readonly #next: Handler;
  readonly #clock: Clock;
  readonly #metrics: RequestMetrics;
  /** Most labels first. */
  readonly #zones: readonly LabelledZone[];
  /** Zones of files that come and go (plugin auto). */
  readonly #changing: ZoneLabels | undefined;
  /** Filled anew for each query, always right before it is counted. */
  readonly #sample: Mutable<RequestSample> = {
    server: '',
    zone: '',
    view: '',
    protocol: 'udp',
    family: 1,
    type: 0,
    rcode: 0,
    plugin: '',
    requestSize: 0,
    responseSize: 0,
    isDnssecOk: false,
    durationSeconds: 0,
  };

  readonly directRole: DirectRole = { kind: 'count', count: (direct) => this.#countDirect(direct) };

  constructor(next: Handler, context: PrometheusContext) {
    this.#next = next;
    this.#clock = context.clock;
    this.#metrics = new RequestMetrics(context.metrics);
    const auto = context.handler?.('auto');
    this.#changing = hasZoneLabels(auto) ? auto : undefined;
    this.#zones = context.zones
      .toSorted((a, b) => labelCount(b) - labelCount(a))
      .map((zone) => ({ zone, label: formatName(zone) }));
  }

  serve(exchange: Exchange): Later<Outcome> {
    const startMs = exchange.startMs ?? this.#clock.monotonicMs();
    // Taken before the handlers run: they may rewrite the name.
    const zone = this.#zoneLabel(exchange.name);
    const outcome = this.#next.serve(exchange);
    return outcome instanceof Promise
      ? outcome.then((code) => this.#count(exchange, zone, code, startMs))
      : this.#count(exchange, zone, outcome, startMs);
  }

  /** The longest zone of the block that holds the name, on whichever port it is served. */
  #zoneLabel(name: Name): string {
    const changing = this.#changing?.labelledZone(name);
    for (const { zone, label } of this.#zones) {
      if (isSubdomain(name, zone)) return longerLabel(changing, zone) ?? label;
    }
    return changing?.label ?? '.';
  }

  /** The same for a query of the short path. */
  #directZoneLabel({ name, nameLength }: DirectExchange): string {
    if (this.#changing !== undefined) return this.#zoneLabel(name.slice(0, nameLength));
    for (const { zone, label } of this.#zones) if (endsInZone(name, nameLength, zone)) return label;
    return '.';
  }

  #countDirect(direct: DirectExchange): void {
    const sample = this.#sample;
    sample.server = direct.server;
    sample.zone = this.#directZoneLabel(direct);
    sample.view = '';
    sample.protocol = direct.isTcp ? 'tcp' : 'udp';
    sample.family = direct.family;
    sample.type = direct.type;
    sample.rcode = direct.rcode;
    sample.plugin = this.#next.name;
    sample.requestSize = direct.length;
    sample.responseSize = direct.bodyLength;
    sample.isDnssecOk = direct.isDnssecOk;
    sample.durationSeconds = (direct.endMs - direct.startMs) / 1000;
    this.#metrics.observe(sample);
  }

  #count(exchange: Exchange, zone: string, outcome: Outcome, startMs: number): Outcome {
    const { client, reply } = exchange;
    const sample = this.#sample;
    sample.server = exchange.server;
    sample.zone = zone;
    sample.view = exchange.view;
    sample.protocol = client.protocol;
    sample.family = client.address.includes(':') ? 2 : 1;
    sample.type = exchange.type;
    // Silence counts as NOERROR.
    sample.rcode = isServerError(outcome) ? outcome : reply.isWritten ? reply.rcode : 0;
    sample.plugin = reply.isWritten ? this.#next.name : '';
    sample.requestSize = exchange.length;
    sample.responseSize = reply.isWritten ? replySize(exchange) : 0;
    sample.isDnssecOk = exchange.isDnssecOk;
    sample.durationSeconds = (this.#clock.monotonicMs() - startMs) / 1000;
    this.#metrics.observe(sample);
    return outcome;
  }
}

/** The label of a zone that holds the same name as `zone` and is longer. */
function longerLabel(found: LabelledZone | undefined, zone: Name): string | undefined {
  return found !== undefined && found.zone.length > zone.length ? found.label : undefined;
}

/** Makes prometheus handlers. */
export const prometheusServing: ServingPlugin = {
  name: 'prometheus',
  create: (_options, next, context) => new PrometheusHandler(next, context),
};

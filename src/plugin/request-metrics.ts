// Counts queries and replies, as CoreDNS's plugin/metrics/vars/report.go does. The prometheus handler counts what its
// block answered, the server what it refused itself (zone "dropped"). One object a thread or handler; not shared.

import { rcodeName } from '../dns/codes/rcode.ts';
import { RRType, rrTypeName } from '../dns/codes/rr-type.ts';
import {
  DNS_DO_REQUESTS,
  DNS_REQUEST_DURATION,
  DNS_REQUEST_SIZE,
  DNS_REQUESTS,
  DNS_RESPONSE_SIZE,
  DNS_RESPONSES,
} from '../metrics/core-metrics.ts';
import type { Counter, Histogram, MetricsWriter } from '../metrics/writer.ts';

/** One query and its reply. Callers in the query path keep one object and fill it anew. */
export interface RequestSample {
  /** Label of the listener, `dns://:53`. */
  readonly server: string;
  /** Zone of the block, or `dropped`. */
  readonly zone: string;
  readonly view: string;
  readonly protocol: 'udp' | 'tcp';
  /** 1 for IPv4, 2 for IPv6. */
  readonly family: 1 | 2;
  /** Type of the question. */
  readonly type: number;
  readonly rcode: number;
  /** The handler that the reply came through first, '' when the server wrote it. */
  readonly plugin: string;
  /** Octets of the query, uncompressed. */
  readonly requestSize: number;
  /** Octets of the reply, uncompressed; 0 when the chain wrote none. */
  readonly responseSize: number;
  readonly isDnssecOk: boolean;
  readonly durationSeconds: number;
}

/** Types with a label of their own; all others are counted as `other`, which bounds the number of series. */
const LABELLED_TYPES: readonly number[] = [
  RRType.A,
  RRType.AAAA,
  RRType.CNAME,
  RRType.DNSKEY,
  RRType.DS,
  RRType.MX,
  RRType.NSEC,
  RRType.NSEC3,
  RRType.NS,
  RRType.PTR,
  RRType.RRSIG,
  RRType.SOA,
  RRType.SRV,
  RRType.TXT,
  RRType.HTTPS,
  RRType.SVCB,
  RRType.IXFR,
  RRType.AXFR,
  RRType.ANY,
];

const OTHER_TYPE = LABELLED_TYPES.length;
const TYPE_LABELS: readonly string[] = [...LABELLED_TYPES.map(rrTypeName), 'other'];

/** Place in TYPE_LABELS by type code; all labelled types are below 256. */
const typeIndexes: Uint8Array = new Uint8Array(256).fill(OTHER_TYPE);
for (const [index, type] of LABELLED_TYPES.entries()) typeIndexes[type] = index;

/** The series of queries of one kind: alike in all that the labels of queries and replies say. */
class KindSeries {
  readonly #requests: Counter;
  readonly #duration: Histogram;
  readonly #responseSizes: Histogram;
  readonly #requestSizes: Histogram;
  readonly #responses: Counter;

  constructor(sample: RequestSample, writer: MetricsWriter) {
    const { protocol, family, type, rcode, plugin } = sample;
    const place = placeLabels(sample);
    const typeLabel = TYPE_LABELS[typeIndexes[type] ?? OTHER_TYPE] ?? 'other';
    this.#requests = writer.counter(DNS_REQUESTS, [...place, protocol, String(family), typeLabel]);
    this.#duration = writer.histogram(DNS_REQUEST_DURATION, place);
    this.#responseSizes = writer.histogram(DNS_RESPONSE_SIZE, [...place, protocol]);
    this.#requestSizes = writer.histogram(DNS_REQUEST_SIZE, [...place, protocol]);
    this.#responses = writer.counter(DNS_RESPONSES, [...place, rcodeName(rcode), plugin]);
  }

  observe({ durationSeconds, responseSize, requestSize }: RequestSample): void {
    this.#requests.add();
    this.#duration.observe(durationSeconds);
    this.#responseSizes.observe(responseSize);
    this.#requestSizes.observe(requestSize);
    this.#responses.add();
  }
}

/** The series of one server, zone, view and plugin: what stays the same from query to query. */
class PlaceSeries {
  readonly server: string;
  readonly zone: string;
  readonly view: string;
  readonly plugin: string;
  readonly #writer: MetricsWriter;
  #dnssecOk: Counter | undefined = undefined;
  /** By protocol and family (four) and type, then by response code. */
  readonly #kinds: (KindSeries | undefined)[][];

  constructor({ server, zone, view, plugin }: RequestSample, writer: MetricsWriter) {
    this.server = server;
    this.zone = zone;
    this.view = view;
    this.plugin = plugin;
    this.#writer = writer;
    this.#kinds = Array.from({ length: 4 * TYPE_LABELS.length }, () => []);
  }

  isOf({ server, zone, view, plugin }: RequestSample): boolean {
    return (
      zone === this.zone && plugin === this.plugin && server === this.server && view === this.view
    );
  }

  observe(sample: RequestSample): void {
    if (sample.isDnssecOk) this.#dnssecOkCounter(sample).add();
    const { protocol, family, type, rcode } = sample;
    const way = (protocol === 'udp' ? 0 : 2) + family - 1;
    const byRcode = this.#kinds[way * TYPE_LABELS.length + (typeIndexes[type] ?? OTHER_TYPE)];
    const kind = byRcode?.[rcode] ?? this.#newKind(sample, byRcode);
    kind.observe(sample);
  }

  #newKind(sample: RequestSample, byRcode: (KindSeries | undefined)[] = []): KindSeries {
    const kind = new KindSeries(sample, this.#writer);
    byRcode[sample.rcode] = kind;
    return kind;
  }

  #dnssecOkCounter(sample: RequestSample): Counter {
    this.#dnssecOk ??= this.#writer.counter(DNS_DO_REQUESTS, placeLabels(sample));
    return this.#dnssecOk;
  }
}

function placeLabels({ server, zone, view }: RequestSample): string[] {
  return [server, zone, view];
}

/** Counts into the six families of DNS queries and replies. */
export class RequestMetrics {
  readonly #writer: MetricsWriter;
  readonly #places = new Map<string, PlaceSeries>();
  /** A query mostly comes by the same listener and zone as the one before. */
  #last: PlaceSeries | undefined = undefined;

  constructor(writer: MetricsWriter) {
    this.#writer = writer;
  }

  /** Counts one query. Makes its series when it is the first of its kind, and allocates nothing later. */
  observe(sample: RequestSample): void {
    let place = this.#last;
    if (place?.isOf(sample) !== true) {
      place = this.#placeOf(sample);
      this.#last = place;
    }
    place.observe(sample);
  }

  #placeOf(sample: RequestSample): PlaceSeries {
    const { server, zone, view, plugin } = sample;
    const key = `${server}\0${zone}\0${view}\0${plugin}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = new PlaceSeries(sample, this.#writer);
      this.#places.set(key, place);
    }
    return place;
  }
}

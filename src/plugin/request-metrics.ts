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

/** The series of one server, zone and view: what stays the same from query to query. */
class PlaceSeries {
  readonly server: string;
  readonly zone: string;
  readonly view: string;
  readonly #writer: MetricsWriter;
  readonly #duration: Histogram;
  #dnssecOk: Counter | undefined = undefined;
  /** By protocol and family (four), then by type. */
  readonly #requests: (Counter | undefined)[] = [];
  readonly #requestSizes: (Histogram | undefined)[] = [];
  readonly #responseSizes: (Histogram | undefined)[] = [];
  /** By plugin, then by response code. */
  readonly #responses = new Map<string, (Counter | undefined)[]>();

  constructor(sample: RequestSample, writer: MetricsWriter) {
    this.server = sample.server;
    this.zone = sample.zone;
    this.view = sample.view;
    this.#writer = writer;
    this.#duration = writer.histogram(DNS_REQUEST_DURATION, this.#labels());
  }

  isOf(sample: RequestSample): boolean {
    return sample.zone === this.zone && sample.server === this.server && sample.view === this.view;
  }

  observe(sample: RequestSample): void {
    if (sample.isDnssecOk) this.#dnssecOkCounter().add();
    this.#request(sample).add();
    this.#duration.observe(sample.durationSeconds);
    this.#size(this.#responseSizes, sample, DNS_RESPONSE_SIZE).observe(sample.responseSize);
    this.#size(this.#requestSizes, sample, DNS_REQUEST_SIZE).observe(sample.requestSize);
    this.#response(sample).add();
  }

  #dnssecOkCounter(): Counter {
    this.#dnssecOk ??= this.#writer.counter(DNS_DO_REQUESTS, this.#labels());
    return this.#dnssecOk;
  }

  #request({ protocol, family, type }: RequestSample): Counter {
    const typeIndex = typeIndexes[type] ?? OTHER_TYPE;
    const place = (protocol === 'udp' ? 0 : 2) + family - 1;
    const index = place * TYPE_LABELS.length + typeIndex;
    const known = this.#requests[index];
    if (known !== undefined) return known;
    const labels = this.#labels(protocol, String(family), TYPE_LABELS[typeIndex] ?? 'other');
    const counter = this.#writer.counter(DNS_REQUESTS, labels);
    this.#requests[index] = counter;
    return counter;
  }

  #size(
    sizes: (Histogram | undefined)[],
    { protocol }: RequestSample,
    definition: typeof DNS_REQUEST_SIZE,
  ): Histogram {
    const index = protocol === 'udp' ? 0 : 1;
    const known = sizes[index];
    if (known !== undefined) return known;
    const histogram = this.#writer.histogram(definition, this.#labels(protocol));
    sizes[index] = histogram;
    return histogram;
  }

  #response({ rcode, plugin }: RequestSample): Counter {
    let byRcode = this.#responses.get(plugin);
    if (byRcode === undefined) {
      byRcode = [];
      this.#responses.set(plugin, byRcode);
    }
    const known = byRcode[rcode];
    if (known !== undefined) return known;
    const counter = this.#writer.counter(DNS_RESPONSES, this.#labels(rcodeName(rcode), plugin));
    byRcode[rcode] = counter;
    return counter;
  }

  #labels(...more: readonly string[]): string[] {
    return [this.server, this.zone, this.view, ...more];
  }
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
    const key = `${sample.server}\0${sample.zone}\0${sample.view}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = new PlaceSeries(sample, this.#writer);
      this.#places.set(key, place);
    }
    return place;
  }
}

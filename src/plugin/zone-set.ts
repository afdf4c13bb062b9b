// Zones that come and go while the server runs (auto, secondary): the control half publishes all of them over one
// channel, each serving thread keeps them as Zone objects. Records are shared memory, so a publication is a list of a few
// words a zone.

import { formatName, type Name } from '../dns/name.ts';
import type { ResourceRecord } from '../dns/record.ts';
import { packRecords, unpackRecords } from '../zone/packed-records.ts';
import { Zone, zoneOf } from '../zone/zone.ts';
import type { Instance } from './control.ts';
import type { ServingContext } from './serving.ts';

/** One zone as it travels. */
interface PublishedZone {
  /** In wire form, lower case. */
  readonly origin: Name;
  /** Differs whenever the records do. */
  readonly version: number;
  /** Undefined until the zone is loaded. */
  readonly records: SharedArrayBuffer | undefined;
  readonly isExpired: boolean;
  /** Addresses of the primaries, whose NOTIFY counts; as texts. */
  readonly primaries: readonly string[];
}

/** A zone in a serving thread. */
export interface ServedZone {
  readonly zone: Zone;
  readonly version: number;
  /** Too old to be answered from (RFC 1035 section 3.3.13, EXPIRE). */
  readonly isExpired: boolean;
  readonly primaries: readonly string[];
  /** The origin as text. */
  readonly label: string;
}

/** The control half's side. Changes take effect with `publish`. */
export class ZoneSetPublisher {
  readonly channel: string;
  readonly #instance: Pick<Instance, 'publish'>;
  readonly #zones = new Map<string, PublishedZone>();
  #version = 0;

  constructor(plugin: string, instance: Pick<Instance, 'publish' | 'newChannel'>) {
    this.#instance = instance;
    this.channel = instance.newChannel(plugin);
  }

  /** Adds or replaces a zone; without records it is there, but not loaded. An expired zone is good again. */
  set(
    origin: Name,
    records: readonly ResourceRecord[] | undefined,
    primaries: readonly string[] = [],
  ): void {
    this.#version += 1;
    this.#zones.set(keyOf(origin, 0), {
      origin,
      version: this.#version,
      records: records && packRecords(records),
      isExpired: false,
      primaries,
    });
  }

  /** Changes what else is known of a zone; its records stay. */
  change(origin: Name, change: Partial<Pick<PublishedZone, 'isExpired' | 'primaries'>>): void {
    const key = keyOf(origin, 0);
    const zone = this.#zones.get(key);
    if (zone !== undefined) this.#zones.set(key, { ...zone, ...change });
  }

  /** Removes a zone. */
  delete(origin: Name): void {
    this.#zones.delete(keyOf(origin, 0));
  }

  publish(): void {
    this.#instance.publish(this.channel, [...this.#zones.values()]);
  }
}

/** A serving thread's side. */
export class ZoneSet {
  /** By octets of the origin. */
  #zones: ReadonlyMap<string, ServedZone> = new Map();

  constructor(channel: string, context: Pick<ServingContext, 'subscribe'>) {
    context.subscribe(channel, (data) => this.#take(data as readonly PublishedZone[]));
  }

  /** The zone with the longest origin that holds a lower-case name. */
  match(name: Name): ServedZone | undefined {
    for (let at = 0; at < name.length; at += 1 + (name[at] ?? 0)) {
      const zone = this.#zones.get(keyOf(name, at));
      if (zone !== undefined) return zone;
    }
    return undefined;
  }

  /** The zone of exactly this lower-case origin. */
  get(origin: Name): ServedZone | undefined {
    return this.#zones.get(keyOf(origin, 0));
  }

  /** Zones whose version is known are kept: making one costs a walk through its records. */
  #take(published: readonly PublishedZone[]): void {
    const zones = new Map<string, ServedZone>();
    for (const { origin, version, records, isExpired, primaries } of published) {
      const key = keyOf(origin, 0);
      const known = this.#zones.get(key);
      const zone = known?.version === version ? known.zone : makeZone(origin, records);
      const label = known?.label ?? formatName(origin);
      zones.set(key, { zone, version, isExpired, primaries, label });
    }
    this.#zones = zones;
  }
}

function makeZone(origin: Name, records: SharedArrayBuffer | undefined): Zone {
  return records === undefined ? new Zone(origin) : zoneOf(origin, unpackRecords(records));
}

function keyOf(name: Name, offset: number): string {
  let key = '';
  for (let at = offset; at < name.length; at++) key += String.fromCharCode(name[at] ?? 0);
  return key;
}

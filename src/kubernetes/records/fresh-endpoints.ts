// The names of a service's endpoints, for a service that has none yet: written from packed slices into the table without an object
// on the way. A start has a hundred thousand of them. Only what is plain is done here (IPv4, one address a name, names that queries
// can spell); for anything else service-names.ts does the whole service, with the same result.

import { writeIpv4 } from '../../base/ip.ts';
import {
  IPV4_LENGTH,
  NODE_HAS_RECORDS,
  NODE_IS_PLACE,
  PLACE_HEADER_LENGTH,
  PLACE_PORT_COUNT,
  PLACE_PORT_LENGTH,
  PLACE_WEIGHT,
} from '../../names/node-layout.ts';
import type { Labels } from '../../names/node-writer.ts';
import { newDraft, type RecordDraft } from '../../names/table-writer.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import { EndpointCursor } from '../objects/packed-endpoints.ts';
import { PackedSlice } from '../objects/packed-slice.ts';
import type { ServicePort } from '../objects/service-port.ts';
import { EndpointLabel } from './endpoint-label.ts';
import { distinctPorts, weightOf } from './entry.ts';
import type { TableRecords } from './table-records.ts';

const MAX_PORTS = 16;

/** Adds names of endpoints. */
export class FreshEndpoints {
  readonly #records: TableRecords;
  readonly #label: EndpointLabel;
  readonly #draft: RecordDraft = newDraft();
  readonly #cursor = new EndpointCursor();
  readonly #value = new Uint8Array(
    PLACE_HEADER_LENGTH + MAX_PORTS * PLACE_PORT_LENGTH + IPV4_LENGTH,
  );
  /** Where the address is in the value. */
  #addressAt = 0;

  constructor(records: TableRecords, usesPodNames: boolean) {
    this.#records = records;
    this.#label = new EndpointLabel(usesPodNames);
    this.#value[0] = NODE_HAS_RECORDS | NODE_IS_PLACE;
    this.#draft.key = this.#label.octets;
    this.#draft.value = this.#value;
  }

  /**
   * Adds the names of all endpoints below the service's labels; false when some are not plain. What has been added until then answers
   * rightly, or is written over by who does the whole service.
   */
  add(service: Labels, slices: readonly EndpointSliceObject[]): boolean {
    if (!this.#label.setService(service)) return false;
    this.#draft.keyEnd = this.#label.end;
    for (const slice of slices) if (!this.#addSlice(slice)) return false;
    return true;
  }

  #addSlice(slice: EndpointSliceObject): boolean {
    if (!(slice instanceof PackedSlice) || !this.#setPorts(slice.ports)) return false;
    const cursor = this.#cursor;
    cursor.open(slice.packed);
    while (cursor.nextEndpoint()) {
      while (cursor.nextAddress()) if (!this.#addPlace(cursor)) return false;
    }
    return true;
  }

  /** Begins the value: all endpoints of a slice have its ports. */
  #setPorts(ports: readonly ServicePort[]): boolean {
    if (ports.length > MAX_PORTS) return false;
    const value = this.#value;
    let at = PLACE_HEADER_LENGTH;
    for (const port of distinctPorts(ports)) {
      value[at++] = port >> 8;
      value[at++] = port;
    }
    value[PLACE_WEIGHT] = weightOf(ports.length);
    value[PLACE_PORT_COUNT] = (at - PLACE_HEADER_LENGTH) / PLACE_PORT_LENGTH;
    this.#addressAt = at;
    this.#draft.valueEnd = at + IPV4_LENGTH;
    return true;
  }

  #addPlace(cursor: EndpointCursor): boolean {
    const { ipv4 } = cursor;
    if (ipv4 < 0 || !this.#label.setEndpoint(cursor)) return false;
    writeIpv4(ipv4, this.#value, this.#addressAt);
    this.#draft.keyStart = this.#label.start;
    return this.#records.add(this.#draft);
  }
}

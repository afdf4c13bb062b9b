// The reverse name of a service or endpoint whose address belongs to nothing else, written without an object on the way; see
// fresh-endpoints.ts.

import { writeIpv4 } from '../../base/ip.ts';
import { MARK_LENGTH, REVERSE_MARK } from '../../names/node-keys.ts';
import { IPV4_LENGTH, NODE_HAS_RECORDS, NODE_IS_POINTER } from '../../names/node-layout.ts';
import type { Labels } from '../../names/node-writer.ts';
import { newDraft, type RecordDraft } from '../../names/table-writer.ts';
import type { EndpointCursor } from '../objects/packed-endpoints.ts';
import { EndpointLabel } from './endpoint-label.ts';
import type { TableRecords } from './table-records.ts';

/** A target's length is one octet. */
const MAX_TARGET_LENGTH = 255;

/** Adds reverse names. */
export class FreshPointer {
  readonly #records: TableRecords;
  readonly #label: EndpointLabel;
  readonly #key = new Uint8Array(IPV4_LENGTH + MARK_LENGTH);
  readonly #draft: RecordDraft = newDraft();

  constructor(records: TableRecords, usesPodNames: boolean) {
    this.#records = records;
    this.#label = new EndpointLabel(usesPodNames);
    this.#key[IPV4_LENGTH] = 1;
    this.#key[IPV4_LENGTH + 1] = REVERSE_MARK;
    this.#draft.key = this.#key;
    this.#draft.keyEnd = this.#key.length;
    this.#draft.value = this.#label.octets;
  }

  /** What follows belongs to the service with these labels; false when they are none. */
  setService(labels: Labels): boolean {
    return this.#label.setService(labels);
  }

  /** Gives the service's own name to an address; false when it has one, or when the name is too long. */
  addService(ipv4: number): boolean {
    this.#label.setOwnName();
    return this.#add(ipv4);
  }

  /** Adds the name of the endpoint at the cursor to its address; false when it is not plain, or when the address has one. */
  add(ipv4: number, cursor: EndpointCursor): boolean {
    return this.#label.setEndpoint(cursor) && this.#add(ipv4);
  }

  #add(ipv4: number): boolean {
    const { octets, start, end } = this.#label;
    if (end - start > MAX_TARGET_LENGTH) return false;
    writeIpv4(ipv4, this.#key, 0);
    octets[start - 1] = end - start;
    octets[start - 2] = NODE_HAS_RECORDS | NODE_IS_POINTER;
    this.#draft.valueStart = start - 2;
    this.#draft.valueEnd = end;
    return this.#records.add(this.#draft);
  }
}

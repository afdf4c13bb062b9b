// An EndpointSlice that holds its endpoints packed, and takes them apart when someone asks.

import type { EndpointAddress, EndpointSliceObject, SliceHead } from './endpoint-slice.ts';
import { type PackedEndpoints, packEndpoints, unpackEndpoints } from './packed-endpoints.ts';
import type { ServicePort } from './service-port.ts';

/** Endpoints taken apart last: a change is looked at several times, before and after. */
const RECENT = 4;
const recent: { readonly text: string; readonly endpoints: readonly EndpointAddress[] }[] = [];

/** A slice as stores keep it. */
export class PackedSlice implements EndpointSliceObject {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  readonly addressType: string;
  readonly clusterId: string;
  readonly importName: string;
  readonly lastChangeTriggerTime: string;
  readonly ports: readonly ServicePort[];
  /** An own field, unlike what it holds: it is what isEqual compares. */
  readonly packed: PackedEndpoints;

  constructor(head: SliceHead, packed: PackedEndpoints) {
    this.namespace = head.namespace;
    this.name = head.name;
    this.service = head.service;
    this.addressType = head.addressType;
    this.clusterId = head.clusterId;
    this.importName = head.importName;
    this.lastChangeTriggerTime = head.lastChangeTriggerTime;
    this.ports = head.ports;
    this.packed = packed;
  }

  get endpoints(): readonly EndpointAddress[] {
    const { text } = this.packed;
    const known = recent.find((each) => each.text === text);
    if (known !== undefined) return known.endpoints;
    const endpoints = unpackEndpoints(this.packed);
    if (recent.length === RECENT) recent.pop();
    recent.unshift({ text, endpoints });
    return endpoints;
  }
}

/** The same slice in a quarter of the memory. */
export function packSlice(slice: EndpointSliceObject): PackedSlice {
  return new PackedSlice(slice, packEndpoints(slice.endpoints));
}

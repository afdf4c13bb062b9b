// The addresses of a slice, whichever endpoint they belong to.

import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import { mayHoldAddress } from '../objects/packed-endpoints.ts';
import { PackedSlice } from '../objects/packed-slice.ts';

/** All addresses of a slice. */
export function sliceAddresses(slice: EndpointSliceObject): readonly string[] {
  return slice.endpoints.flatMap((endpoint) => endpoint.addresses);
}

/** Whether an endpoint has that address. Few slices have: most are told by their packed text. */
export function holdsAddress(slice: EndpointSliceObject, address: string): boolean {
  if (slice instanceof PackedSlice && !mayHoldAddress(slice.packed, address)) return false;
  return sliceAddresses(slice).includes(address);
}

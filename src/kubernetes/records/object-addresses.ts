// The addresses of a service or slice, looked at as a whole.

import { ipv4At } from '../../base/ip.ts';
import type { EndpointSliceObject } from '../objects/endpoint-slice.ts';
import { mayHoldAddress } from '../objects/packed-endpoints.ts';
import { PackedSlice } from '../objects/packed-slice.ts';

/** The one IPv4 address of most services, as ipv4At() gives it; -1 for none, several, or another kind. */
export function onlyIpv4(addresses: readonly string[]): number {
  const [address = ''] = addresses;
  return addresses.length === 1 ? ipv4At(address, 0, address.length) : -1;
}

/** All addresses of a slice, whichever endpoint they belong to. */
export function sliceAddresses(slice: EndpointSliceObject): readonly string[] {
  return slice.endpoints.flatMap((endpoint) => endpoint.addresses);
}

/** Whether an endpoint has that address. Few slices have: most are told by their packed text. */
export function holdsAddress(slice: EndpointSliceObject, address: string): boolean {
  if (slice instanceof PackedSlice && !mayHoldAddress(slice.packed, address)) return false;
  return sliceAddresses(slice).includes(address);
}

// How an endpoint is called below its service: by hostname, else pod name (if wanted), else address. One label per endpoint.

import type { EndpointAddress } from '../objects/endpoint-slice.ts';

/** The label of one address of an endpoint, in the object's spelling; '' when none can be made (endpointHostname of CoreDNS). */
export function endpointName(
  endpoint: EndpointAddress,
  address: string,
  usesPodNames: boolean,
): string {
  if (endpoint.hostname !== '') return endpoint.hostname;
  if (usesPodNames && endpoint.podName !== '') return endpoint.podName;
  if (address.includes('.')) return address.replaceAll('.', '-');
  if (!address.includes(':')) return '';
  const label = address.replaceAll(':', '-');
  // A label may not end in a dash (RFC 1123 section 2.1): `5678:abcd::` becomes `5678-abcd--0`.
  return label.endsWith('-') ? `${label}0` : label;
}

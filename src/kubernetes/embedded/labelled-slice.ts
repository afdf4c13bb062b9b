// A trimmed EndpointSlice together with the labels of its object, which trimming drops but a label selector of the
// kubernetes block still asks for.

import {
  type EndpointSliceObject,
  SERVICE_NAME_LABEL,
  trimEndpointSlice,
} from '../objects/endpoint-slice.ts';
import type { Labels } from './selector.ts';

/** A slice with the labels of its object. */
export interface LabelledSlice {
  readonly labels: Labels;
  readonly slice: EndpointSliceObject;
}

/** The parts of a slice that one of the controllers makes. */
export interface SliceParts {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  /** Labels besides the one that names the Service. */
  readonly labels: Labels;
  readonly addressType: string;
  /** Raw, as in the API. */
  readonly ports: readonly object[];
  readonly endpoints: readonly object[];
}

/** Makes the slice as the API would show it, and trims it like one that came from there. */
export function makeSlice(parts: SliceParts): LabelledSlice {
  const labels = { ...parts.labels, [SERVICE_NAME_LABEL]: parts.service };
  const { namespace, name, addressType, ports, endpoints } = parts;
  const slice = trimEndpointSlice({
    metadata: { namespace, name, labels },
    addressType,
    ports,
    endpoints,
  });
  if (slice === undefined) throw new TypeError('a slice needs a name');
  return { labels, slice };
}

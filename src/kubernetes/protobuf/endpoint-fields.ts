// The endpoints of an EndpointSlice out of its protobuf form, packed as they are read: a cluster has more of them than of anything
// else, and an object for each would be most of the work of a start.

import { EndpointPacker } from '../objects/packed-endpoints.ts';
import { type ProtobufReader, WIRE_SIZED, WIRE_VARINT } from './protobuf-reader.ts';

/** Field numbers of discovery.k8s.io/v1 EndpointSlice, Endpoint and EndpointConditions, and of core/v1 ObjectReference. */
const ENDPOINTS = 2;
const ADDRESSES = 1;
const CONDITIONS = 2;
const HOSTNAME = 3;
const TARGET_REF = 4;
const ZONE = 7;
const READY = 1;
const REFERENCE_NAME = 3;

const TAG_OF_NEXT = (ENDPOINTS << 3) | WIRE_SIZED;

/**
 * Packs the endpoint whose length is next, and all endpoints that follow at once, as a message that ends at `end` has them. Endpoints
 * that are not ready are left out. Throws RuntimeFault API_MALFORMED.
 */
export function packSliceEndpoints(reader: ProtobufReader, end: number): string {
  packer.begin(reader.bytes);
  do {
    const endpointEnd = reader.sizedEnd(end);
    if (packEndpoint(reader, endpointEnd)) packer.endEndpoint();
    else packer.dropEndpoint();
  } while (isNextEndpoint(reader, end));
  return packer.end();
}

const packer = new EndpointPacker();

function isNextEndpoint(reader: ProtobufReader, end: number): boolean {
  if (reader.at >= end || reader.bytes[reader.at] !== TAG_OF_NEXT) return false;
  reader.at++;
  return true;
}

/** Whether the endpoint is ready. */
function packEndpoint(reader: ProtobufReader, end: number): boolean {
  let isReady = true;
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === ADDRESSES) packer.address(reader.at, valueEnd);
    else if (field === HOSTNAME) packer.hostname(reader.at, valueEnd);
    else if (field === ZONE) packer.zone(reader.at, valueEnd);
    else if (field === TARGET_REF) packReference(reader, valueEnd);
    else if (field === CONDITIONS) isReady = readReady(reader, valueEnd);
    reader.at = valueEnd;
  }
  return isReady;
}

function packReference(reader: ProtobufReader, end: number): void {
  while (reader.nextSized(end)) {
    const { field, valueEnd } = reader;
    if (field === REFERENCE_NAME) packer.podName(reader.at, valueEnd);
    reader.at = valueEnd;
  }
}

/** `ready` absent counts as ready. */
function readReady(reader: ProtobufReader, end: number): boolean {
  let isReady = true;
  while (reader.next(end)) {
    if (reader.field === READY && reader.wireType === WIRE_VARINT) isReady = reader.varint() !== 0;
    else reader.skip(end);
  }
  return isReady;
}

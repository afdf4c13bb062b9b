// An EndpointSlice whose ports and endpoints are one text, taken apart when someone asks. A cluster has most of its objects'
// memory in endpoints: ten of them are 2 KB as objects and half a KB as JSON.

import type { EndpointAddress, EndpointSliceObject } from './endpoint-slice.ts';
import type { ServicePort } from './service-port.ts';

/** What the text holds. */
interface Content {
  readonly ports: readonly ServicePort[];
  readonly endpoints: readonly EndpointAddress[];
}

type PackedPort = readonly [name: string, port: number, protocol: string];
type PackedEndpoint = readonly [
  addresses: readonly string[],
  hostname: string,
  podName: string,
  zone: string,
  nodeName: string,
];

/** Texts taken apart last: a change is looked at several times, before and after. */
const RECENT = 4;
const recent: { readonly text: string; readonly content: Content }[] = [];

/** The same slice in a quarter of the memory. */
export function packSlice(slice: EndpointSliceObject): EndpointSliceObject {
  return new PackedSlice(slice);
}

class PackedSlice implements EndpointSliceObject {
  readonly namespace: string;
  readonly name: string;
  readonly service: string;
  readonly addressType: string;
  readonly clusterId: string;
  readonly importName: string;
  readonly lastChangeTriggerTime: string;
  /** An own field, unlike what it holds: equal texts are all that isEqual compares. */
  readonly packed: string;

  constructor(slice: EndpointSliceObject) {
    this.namespace = slice.namespace;
    this.name = slice.name;
    this.service = slice.service;
    this.addressType = slice.addressType;
    this.clusterId = slice.clusterId;
    this.importName = slice.importName;
    this.lastChangeTriggerTime = slice.lastChangeTriggerTime;
    this.packed = pack(slice);
    remember(this.packed, { ports: slice.ports, endpoints: slice.endpoints });
  }

  get ports(): readonly ServicePort[] {
    return unpack(this.packed).ports;
  }

  get endpoints(): readonly EndpointAddress[] {
    return unpack(this.packed).endpoints;
  }
}

function pack({ ports, endpoints }: Content): string {
  return JSON.stringify([
    ports.map(({ name, port, protocol }): PackedPort => [name, port, protocol]),
    endpoints.map(
      ({ addresses, hostname, podName, zone, nodeName }): PackedEndpoint => [
        addresses,
        hostname,
        podName,
        zone,
        nodeName,
      ],
    ),
  ]);
}

function unpack(text: string): Content {
  const known = recent.find((each) => each.text === text);
  if (known !== undefined) return known.content;
  const [ports, endpoints] = JSON.parse(text) as [PackedPort[], PackedEndpoint[]];
  const content: Content = {
    ports: ports.map(([name, port, protocol]) => ({ name, port, protocol })),
    endpoints: endpoints.map(([addresses, hostname, podName, zone, nodeName]) => ({
      addresses,
      hostname,
      podName,
      zone,
      nodeName,
    })),
  };
  remember(text, content);
  return content;
}

function remember(text: string, content: Content): void {
  if (recent.length === RECENT) recent.pop();
  recent.unshift({ text, content });
}

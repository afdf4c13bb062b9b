// Ports of Services, ServiceImports and EndpointSlices: the three fields that SRV records are made of.

import { fieldsOf, integerOf, listOf, textOf } from './fields.ts';

/** One port; `port` -1 marks an object without ports, for which addresses exist but no SRV records. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
  /** As in the object, usually in capitals. API servers put TCP where nothing was said, so '' is rare. */
  readonly protocol: string;
}

/** Stands in for the ports of an object that has none (CoreDNS object/service.go, object/endpoint.go). */
export const NO_PORTS: readonly ServicePort[] = Object.freeze([
  Object.freeze({ name: '', port: -1, protocol: '' }),
]);

/**
 * The ports of a list, which may be empty. A port without a number has `absent`: -1 in slices, where it means all ports. Equal lists are
 * one list.
 */
export function trimPorts(raw: unknown, absent: number): readonly ServicePort[] {
  const list = listOf(raw);
  const known = trimmed.get(list);
  if (known?.absent === absent) return known.ports;
  const ports = shared(trimEach(list, absent));
  trimmed.set(list, { absent, ports });
  return ports;
}

/** Protobuf gives equal lists as the same one (protobuf/message-schema.ts). */
const trimmed = new WeakMap<
  readonly unknown[],
  { readonly absent: number; readonly ports: readonly ServicePort[] }
>();

function trimEach(raw: readonly unknown[], absent: number): readonly ServicePort[] {
  return raw.map((element) => {
    const port = fieldsOf(element);
    return {
      name: textOf(port.name),
      port: integerOf(port.port, absent),
      protocol: textOf(port.protocol),
    };
  });
}

/** Lists by their text. A cluster has few; when there are more, it begins anew. */
const lists = new Map<string, readonly ServicePort[]>();
const MAX_LISTS = 1000;

function shared(ports: readonly ServicePort[]): readonly ServicePort[] {
  let text = '';
  // With their lengths no two lists have the same text.
  for (const { name, port, protocol } of ports) {
    text += `${port} ${name.length} ${name} ${protocol.length} ${protocol} `;
  }
  const known = lists.get(text);
  if (known !== undefined) return known;
  if (lists.size === MAX_LISTS) lists.clear();
  lists.set(text, ports);
  return ports;
}

/** Same as trimPorts, with the sentinel port in place of an empty list. */
export function trimPortsOrSentinel(raw: unknown, absent: number): readonly ServicePort[] {
  const ports = trimPorts(raw, absent);
  return ports.length === 0 ? NO_PORTS : ports;
}

/** Ports with TCP where they say no protocol, as an API server would have written it. */
export function withDefaultProtocol(ports: readonly ServicePort[]): readonly ServicePort[] {
  if (ports === NO_PORTS) return ports;
  return ports.map((port) => ({ ...port, protocol: port.protocol || 'TCP' }));
}

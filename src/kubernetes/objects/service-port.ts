// Ports of Services, ServiceImports and EndpointSlices: the three fields that SRV records are made of.

import { fieldsOf, integerOf, listOf, textOf } from './fields.ts';

/** One port; `port` -1 marks an object without ports, for which addresses exist but no SRV records. */
export interface ServicePort {
  readonly name: string;
  readonly port: number;
  /** As in the object, usually in capitals; TCP when it says nothing, as the API server defaults it. */
  readonly protocol: string;
}

/** Stands in for the ports of an object that has none (CoreDNS object/service.go, object/endpoint.go). */
export const NO_PORTS: readonly ServicePort[] = Object.freeze([
  Object.freeze({ name: '', port: -1, protocol: '' }),
]);

/** The ports of a list, which may be empty. A port without a number (all ports of a slice) has -1. */
export function trimPorts(raw: unknown): readonly ServicePort[] {
  return listOf(raw).map((element) => {
    const port = fieldsOf(element);
    return {
      name: textOf(port.name),
      port: integerOf(port.port, -1),
      protocol: textOf(port.protocol) || 'TCP',
    };
  });
}

/** Same as trimPorts, with the sentinel port in place of an empty list. */
export function trimPortsOrSentinel(raw: unknown): readonly ServicePort[] {
  const ports = trimPorts(raw);
  return ports.length === 0 ? NO_PORTS : ports;
}

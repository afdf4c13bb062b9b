// EndpointSlices and Endpoints that stand in the files: checks them, brings the older EndpointSlice versions to the form
// of v1, and trims them. What they say is taken as it is, also when no Pod explains it.

import { type EndpointSliceObject, trimEndpointSlice } from '../objects/endpoint-slice.ts';
import { trimEndpoints } from '../objects/endpoints.ts';
import { withDefaultProtocol } from '../objects/service-port.ts';
import { familyOf } from './address-range.ts';
import type { LabelledSlice } from './labelled-slice.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestFields } from './manifest-fields.ts';
import { PORT_RANGE, PROTOCOLS } from './pods.ts';

const ADDRESS_TYPES = ['IPv4', 'IPv6', 'FQDN', 'IP'];

/** The EndpointSlices among the manifests. Throws ManifestError. */
export function writtenSlices(manifests: readonly Manifest[]): readonly LabelledSlice[] {
  return manifests
    .filter((manifest) => manifest.kind === 'EndpointSlice')
    .flatMap((manifest) => {
      const slice = trimEndpointSlice(currentForm(manifest));
      return slice === undefined ? [] : [labelled(manifest, slice)];
    });
}

/** The slices of the Endpoints objects among the manifests. Throws ManifestError. */
export function mirroredSlices(manifests: readonly Manifest[]): readonly LabelledSlice[] {
  return manifests
    .filter((manifest) => manifest.kind === 'Endpoints')
    .flatMap((manifest) => {
      manifest.fields.children('subsets').forEach(checkSubset);
      const slices = trimEndpoints(manifest.raw) ?? [];
      return slices.map((slice) => labelled(manifest, slice));
    });
}

function labelled({ labels }: Manifest, slice: EndpointSliceObject): LabelledSlice {
  return { labels, slice: { ...slice, ports: withDefaultProtocol(slice.ports) } };
}

/** Addresses and names of one subset; not ready ones are checked too, though they are not served. */
function checkSubset(subset: ManifestFields): void {
  checkPorts(subset);
  for (const list of ['addresses', 'notReadyAddresses']) {
    for (const address of subset.children(list)) {
      checkAddress(address, 'ip', address.text('ip'));
      address.text('hostname');
    }
  }
}

/** The raw object in v1 form; checks it on the way. */
function currentForm(manifest: Manifest): unknown {
  const { fields, raw } = manifest;
  const written = fields.word('addressType', ADDRESS_TYPES);
  // Required since v1beta1; v1alpha1 had it default to IP, which means both families.
  if (written === '' && !manifest.apiVersion.endsWith('alpha1'))
    throw fields.fault('addressType', 'is missing');
  checkPorts(fields);
  const isIp = written !== 'FQDN';
  const endpoints = fields.children('endpoints').map((endpoint, index) => {
    for (const [i, address] of endpoint.texts('addresses').entries()) {
      if (isIp) checkAddress(endpoint, 'addresses', address, i);
    }
    endpoint.text('hostname');
    endpoint.child('conditions').flag('ready', true);
    return { ...rawEndpoint(raw, index), zone: zoneOf(endpoint) };
  });
  const first = fields.children('endpoints')[0]?.texts('addresses')[0] ?? '';
  const addressType = written === '' || written === 'IP' ? (familyOf(first) ?? 'IPv4') : written;
  return { ...raw, addressType, endpoints };
}

/** Endpoint number `index` as written: trimming reads more fields than are checked here. */
function rawEndpoint(raw: object, index: number): object {
  const { endpoints } = raw as { readonly endpoints: readonly object[] };
  return endpoints[index] ?? {};
}

/** v1 has the zone, the versions before had labels of the node under `topology`. */
function zoneOf(endpoint: ManifestFields): string {
  const topology = endpoint.textMap('topology');
  return endpoint.text('zone') || (topology['topology.kubernetes.io/zone'] ?? '');
}

function checkPorts(fields: ManifestFields): void {
  for (const port of fields.children('ports')) {
    port.text('name');
    port.integer('port', PORT_RANGE, -1);
    port.word('protocol', PROTOCOLS);
  }
}

function checkAddress(fields: ManifestFields, key: string, ip: string, index?: number): void {
  if (familyOf(ip) === undefined)
    throw fields.fault(key, `"${ip}" is no IP address`, index === undefined ? [] : [index]);
}

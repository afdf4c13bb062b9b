// The kubernetes/* values that the metadata plugin collects: what the labels of the query mean, and which pod asks. Texts
// are made when somebody reads them. Follows plugin/kubernetes/metadata.go.

import { formatName, type Name } from '../../dns/name.ts';
import type { ClientPod } from '../../names/client-node.ts';

/** The parts of a name that have values, '' for those it lacks. */
interface NameParts {
  readonly kind: string;
  readonly namespace: string;
  readonly service: string;
  readonly endpoint: string;
  readonly cluster: string;
  readonly port: string;
  readonly protocol: string;
  readonly zone: string;
}

const NO_PARTS: NameParts = {
  kind: '',
  namespace: '',
  service: '',
  endpoint: '',
  cluster: '',
  port: '',
  protocol: '',
  zone: '',
};

/** Options of the block that change the grammar, and the zone's kind. */
export interface MetadataGrammar {
  readonly isZonal: boolean;
  readonly isMulticluster: boolean;
}

/** Sets the values of a lower-case name of a zone. */
export function nameMetadata(
  metadata: Map<string, () => string>,
  name: Name,
  zone: Name,
  grammar: MetadataGrammar,
): void {
  const parts = nameParts(name, zone, grammar);
  if (parts === undefined) {
    metadata.set('kubernetes/parse-error', () => 'invalid query name');
    return;
  }
  metadata.set('kubernetes/port-name', () => parts.port);
  metadata.set('kubernetes/protocol', () => parts.protocol);
  metadata.set('kubernetes/endpoint', () => parts.endpoint);
  if (grammar.isMulticluster) metadata.set('kubernetes/cluster', () => parts.cluster);
  if (grammar.isZonal) metadata.set('kubernetes/zone', () => parts.zone);
  metadata.set('kubernetes/service', () => parts.service);
  metadata.set('kubernetes/namespace', () => parts.namespace);
  metadata.set('kubernetes/kind', () => parts.kind);
}

/** Sets the values of the pod that asks. */
export function clientMetadata(metadata: Map<string, () => string>, pod: ClientPod): void {
  metadata.set('kubernetes/client-namespace', () => pod.namespace);
  metadata.set('kubernetes/client-pod-name', () => pod.name);
  for (const [key, value] of pod.labels) {
    metadata.set(`kubernetes/client-label/${key}`, () => value);
  }
}

/** The parts of a name; undefined when it has no meaning in the cluster. */
function nameParts(name: Name, zone: Name, grammar: MetadataGrammar): NameParts | undefined {
  const labels = relativeLabels(name, zone);
  const kind = labels.pop() ?? '';
  const isKind = kind === 'svc' || kind === 'pod';
  // The apex, `svc` and `pod` alone exist, but are of no kind.
  if (labels.length === 0 && (isKind || kind === '')) return NO_PARTS;
  if (!isKind) return undefined;
  const namespace = labels.pop() ?? '';
  const service = labels.pop() ?? '';
  return restParts({ ...NO_PARTS, kind, namespace, service }, labels, grammar);
}

/** What the labels left of the service say. */
function restParts(
  parts: NameParts,
  labels: readonly string[],
  grammar: MetadataGrammar,
): NameParts | undefined {
  const [first = '', second = ''] = labels;
  switch (labels.length) {
    case 0:
      return parts;
    case 1:
      return { ...parts, endpoint: first };
    case 2:
      return grammar.isMulticluster && !first.startsWith('_') && !second.startsWith('_')
        ? { ...parts, endpoint: first, cluster: second }
        : { ...parts, port: withoutUnderscore(first), protocol: withoutUnderscore(second) };
    default:
      return grammar.isMulticluster || !grammar.isZonal ? undefined : zonalParts(parts, labels);
  }
}

/** Labels as texts with escapes, so that a dot inside a label does not divide it. */
function relativeLabels(name: Name, zone: Name): string[] {
  const relative = new Uint8Array(name.length - zone.length + 1);
  relative.set(name.subarray(0, name.length - zone.length));
  return formatName(relative).match(/(?:[^.\\]|\\.)+/g) ?? [];
}

/** `TOPOLOGYZONE.pin._zone`, of services only; the zone may take several labels. */
function zonalParts(parts: NameParts, labels: readonly string[]): NameParts | undefined {
  const directive = labels.at(-2);
  const isZonal = labels.at(-1) === '_zone' && (directive === 'pin' || directive === 'prefer');
  if (!isZonal || parts.kind !== 'svc') return undefined;
  return { ...parts, zone: labels.slice(0, -2).join('.') };
}

function withoutUnderscore(label: string): string {
  return label.startsWith('_') ? label.slice(1) : label;
}

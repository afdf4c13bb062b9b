// Pods of the embedded cluster as the endpoint controllers see them, and how a Pod manifest becomes one. Pods that
// workloads get are made in workloads.ts from the same template reader.

import { type Family, familyOf } from './address-range.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestFields } from './manifest-fields.ts';
import type { Labels } from './selector.ts';

/** On a Pod or a pod template: "false" makes the pods not ready, "true" ready, whatever their status says. */
export const READY_ANNOTATION = 'nodens.dev/ready';

/** A port of a container that has a name, for Services with a named targetPort. */
export interface NamedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
}

/** Reference to the controller that made an object: `Deployment/NAMESPACE/NAME`, '' without one. */
export type OwnerKey = string;

/** What a pod template says about its pods. */
export interface PodTemplate {
  readonly labels: Labels;
  readonly hostname: string;
  readonly subdomain: string;
  readonly ports: readonly NamedPort[];
  /** What READY_ANNOTATION says, undefined without it. */
  readonly ready: boolean | undefined;
}

/** A pod. */
export interface ClusterPod extends PodTemplate {
  readonly namespace: string;
  readonly name: string;
  readonly owner: OwnerKey;
  /** Addresses that the manifest pins, at most one a family; empty: to be assigned, when `needsAddress`. */
  readonly pinnedIps: readonly string[];
  readonly needsAddress: boolean;
  readonly isReady: boolean;
  /** Phase Succeeded, Failed or Unknown: no watch with CoreDNS's field selector shows such a pod. */
  readonly isGone: boolean;
  /** Succeeded or Failed: never an endpoint again. */
  readonly isFinished: boolean;
  readonly isTerminating: boolean;
}

export const PROTOCOLS: readonly string[] = ['TCP', 'UDP', 'SCTP'];
export const PORT_RANGE: readonly [number, number] = [1, 65535];

/** Reads a Pod manifest. Throws ManifestError. */
export function readPod(manifest: Manifest): ClusterPod {
  const { fields } = manifest;
  const status = fields.child('status');
  const phase = status.text('phase');
  const template = readTemplate(fields.child('metadata'), fields.child('spec'));
  const pinnedIps = readPodIps(status);
  const isFinished = phase === 'Succeeded' || phase === 'Failed';
  return {
    ...template,
    namespace: manifest.namespace,
    name: manifest.name,
    owner: readOwner(manifest),
    pinnedIps,
    // A dump tells the phase: a pod that is pending there without an address has none.
    needsAddress: pinnedIps.length === 0 && phase === '',
    isReady: template.ready ?? readReadiness(status, phase),
    isGone: isFinished || phase === 'Unknown',
    isFinished,
    isTerminating: fields.child('metadata').has('deletionTimestamp'),
  };
}

/** Reads the metadata and spec that a Pod and a pod template share. */
export function readTemplate(metadata: ManifestFields, spec: ManifestFields): PodTemplate {
  return {
    labels: metadata.textMap('labels'),
    hostname: spec.text('hostname'),
    subdomain: spec.text('subdomain'),
    ports: readPorts(spec),
    ready: readReadyAnnotation(metadata),
  };
}

/** The key of the controlling owner of a manifest. */
export function readOwner(manifest: Manifest): OwnerKey {
  const owners = manifest.fields.child('metadata').children('ownerReferences');
  const owner = owners.find((reference) => reference.flag('controller')) ?? owners[0];
  if (owner === undefined) return '';
  return `${owner.text('kind')}/${manifest.namespace}/${owner.text('name')}`;
}

function readReadyAnnotation(metadata: ManifestFields): boolean | undefined {
  const value = metadata.textMap('annotations')[READY_ANNOTATION];
  if (value === undefined) return undefined;
  if (value !== 'true' && value !== 'false')
    throw metadata.fault('annotations', `${READY_ANNOTATION} must be "true" or "false"`, [
      READY_ANNOTATION,
    ]);
  return value === 'true';
}

function readReadiness(status: ManifestFields, phase: string): boolean {
  const condition = status.children('conditions').find((entry) => entry.text('type') === 'Ready');
  if (condition !== undefined) return condition.text('status') === 'True';
  return phase === '' || phase === 'Running';
}

function readPodIps(status: ManifestFields): readonly string[] {
  const listed = status.children('podIPs').map((entry) => checkedIp(entry, 'ip'));
  const main = status.has('podIP') ? checkedIp(status, 'podIP') : '';
  const all = [main, ...listed].filter((ip) => ip !== '');
  const byFamily = new Map<Family | undefined, string>();
  for (const ip of all) {
    if (!byFamily.has(familyOf(ip))) byFamily.set(familyOf(ip), ip);
  }
  return [...byFamily.values()];
}

function checkedIp(fields: ManifestFields, key: string): string {
  const ip = fields.text(key);
  if (ip !== '' && familyOf(ip) === undefined) throw fields.fault(key, `"${ip}" is no IP address`);
  return ip;
}

function readPorts(spec: ManifestFields): readonly NamedPort[] {
  // Init containers that restart for ever are sidecars and serve like the others.
  const sidecars = spec
    .children('initContainers')
    .filter((container) => container.text('restartPolicy') === 'Always');
  return [...spec.children('containers'), ...sidecars]
    .flatMap((container) => container.children('ports'))
    .map((port) => ({
      name: port.text('name'),
      port: port.integer('containerPort', PORT_RANGE, 0),
      protocol: port.word('protocol', PROTOCOLS) || 'TCP',
    }))
    .filter((port) => port.name !== '');
}

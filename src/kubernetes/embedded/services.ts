// Services of the embedded cluster: checks the fields that name resolution depends on, and gives each Service the
// ClusterIPs that the API server would give it, by its ipFamilies and ipFamilyPolicy.

import type { RuntimeFault } from '../../base/runtime-error.ts';
import { assignAddresses } from './address-assignment.ts';
import { type AddressPlan, canonicalIp, type Family, familyOf } from './address-range.ts';
import { type Manifest, manifestText } from './manifest.ts';
import { ManifestError } from './manifest-error.ts';
import type { ManifestFields } from './manifest-fields.ts';
import { PORT_RANGE, PROTOCOLS } from './pods.ts';
import type { Labels } from './selector.ts';

/** A port of a Service with the container port, by number or name, that it leads to. */
export interface ClusterServicePort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly targetPort: number | string;
}

/** A Service. */
export interface ClusterService {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly isHeadless: boolean;
  readonly selector: Labels;
  readonly ports: readonly ClusterServicePort[];
  readonly publishesNotReady: boolean;
  /** Main family first; empty for ExternalName. */
  readonly families: readonly Family[];
  /** One a family; ['None'] when headless, empty for ExternalName. */
  readonly clusterIPs: readonly string[];
}

const TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
const POLICIES = ['SingleStack', 'PreferDualStack', 'RequireDualStack'];
const FAMILIES = ['IPv4', 'IPv6'];

/** Reads all Services and completes their ClusterIPs. Throws ManifestError, or RuntimeFault when a range is used up. */
export function readServices(
  manifests: readonly Manifest[],
  plan: AddressPlan,
): readonly ClusterService[] {
  const clusterFamilies = plan.serviceRanges.map((range) => range.family);
  const services = manifests
    .filter((manifest) => manifest.kind === 'Service')
    .map((manifest) => readService(manifest, clusterFamilies));
  const taken = pinnedIps(services);
  // Kept free even when a manifest pins the two cluster Services elsewhere, so that nothing moves with them.
  for (const ip of [...plan.dnsIps, plan.apiServerIp]) taken.add(canonicalIp(ip));
  const assigned = plan.serviceRanges.map((range): [Family, ReadonlyMap<string, string>] => {
    const keys = services
      .filter((service) =>
        service.families.some((family, i) => family === range.family && lacks(service, i)),
      )
      .map(keyOf);
    return [range.family, assignAddresses(range, keys, taken, 'service_cidr')];
  });
  const byFamily = new Map(assigned);
  return services.map((service) => ({
    ...service,
    clusterIPs: service.isHeadless
      ? ['None']
      : service.families.map(
          (family, i) => service.clusterIPs[i] ?? byFamily.get(family)?.get(keyOf(service)) ?? '',
        ),
  }));
}

/** Key of an address; part of the hash, so its form must not change. */
function keyOf(service: ClusterService): string {
  return `Service ${service.namespace}/${service.name}`;
}

/** Whether family number `i` of a service has no pinned address. */
function lacks(service: ClusterService, i: number): boolean {
  return !service.isHeadless && service.clusterIPs[i] === undefined;
}

/** Everything but the addresses that the cluster chooses: `clusterIPs` holds the pinned ones. */
function readService(manifest: Manifest, clusterFamilies: readonly Family[]): ClusterService {
  const spec = manifest.fields.child('spec');
  const type = spec.word('type', TYPES) || 'ClusterIP';
  const pinned = type === 'ExternalName' ? [] : readClusterIps(spec);
  const isHeadless = pinned[0] === 'None';
  if (type === 'ExternalName' && spec.text('externalName') === '')
    throw spec.fault('externalName', 'is missing');
  for (const [i, ip] of spec.texts('externalIPs').entries()) {
    if (familyOf(ip) === undefined)
      throw spec.fault('externalIPs', `"${ip}" is no IP address`, [i]);
  }
  const addresses = isHeadless ? [] : pinned;
  return {
    manifest,
    namespace: manifest.namespace,
    name: manifest.name,
    type,
    isHeadless,
    selector: spec.textMap('selector'),
    ports: spec.children('ports').map(readPort),
    publishesNotReady: publishesNotReady(manifest, spec),
    families:
      type === 'ExternalName' ? [] : readFamilies(spec, addresses, clusterFamilies, isHeadless),
    clusterIPs: addresses,
  };
}

/** `clusterIPs` and `clusterIP`, which must agree; empty when the manifest leaves the choice to the cluster. */
function readClusterIps(spec: ManifestFields): readonly string[] {
  const single = spec.text('clusterIP');
  const listed = spec.texts('clusterIPs');
  if (single !== '' && listed.length > 0 && listed[0] !== single)
    throw spec.fault('clusterIPs', `the first one must be that of clusterIP, ${single}`, [0]);
  const key = listed.length > 0 ? 'clusterIPs' : 'clusterIP';
  const ips = listed.length > 0 ? listed : [single].filter((ip) => ip !== '');
  const families = new Set<Family | undefined>();
  for (const [i, ip] of ips.entries()) {
    const within = key === 'clusterIPs' ? [i] : [];
    const isNone = ip === 'None' && ips.length === 1;
    const family = familyOf(ip);
    if (!isNone && family === undefined)
      throw spec.fault(key, `"${ip}" is neither an IP address nor None`, within);
    if (families.has(family)) throw spec.fault(key, `two addresses of family ${family}`, within);
    families.add(family);
  }
  return ips;
}

/** The fields of a port that DNS or the endpoints depend on; nodePort is not looked at. */
function readPort(port: ManifestFields): ClusterServicePort {
  if (!port.has('port')) throw port.fault('port', 'is missing');
  const number = port.integer('port', PORT_RANGE, 0);
  const target = port.textOrInteger('targetPort') ?? number;
  if (typeof target === 'number' && (target < 0 || target > PORT_RANGE[1]))
    throw port.fault('targetPort', `must be between 1 and ${PORT_RANGE[1]}, not ${target}`);
  return {
    name: port.text('name'),
    port: number,
    protocol: port.word('protocol', PROTOCOLS) || 'TCP',
    // 0 and "" are unset in Go's terms; a string of digits is a number, as IntOrString has it.
    targetPort: /^[0-9]+$/.test(String(target)) ? Number(target) || number : target || number,
  };
}

/** The field, or the annotation that was its alpha form until 1.11 had it removed. */
function publishesNotReady(manifest: Manifest, spec: ManifestFields): boolean {
  const annotation =
    manifest.annotations['service.alpha.kubernetes.io/tolerate-unready-endpoints'] === 'true';
  return spec.flag('publishNotReadyAddresses') || annotation;
}

/** The families that a Service gets, main one first (KEP-563, the API server's rules for ipFamilyPolicy). */
function readFamilies(
  spec: ManifestFields,
  pinned: readonly string[],
  clusterFamilies: readonly Family[],
  isHeadless: boolean,
): readonly Family[] {
  const listed = readListedFamilies(spec);
  const pinnedFamilies = pinned.map((ip) => familyOf(ip) ?? 'IPv4');
  const policy = spec.word('ipFamilyPolicy', POLICIES);
  for (const [i, family] of pinnedFamilies.entries()) {
    if (listed[i] !== undefined && listed[i] !== family)
      throw spec.fault('ipFamilies', `${listed[i]} is not the family of ${pinned[i]}`, [i]);
  }
  // The longest list wins: two pinned addresses say more than one family.
  const families = [listed, pinnedFamilies, clusterFamilies.slice(0, 1)].reduce(
    (best, candidate) => (candidate.length > best.length ? candidate : best),
  );
  if (policy === 'SingleStack' && families.length > 1)
    throw spec.fault('ipFamilyPolicy', 'SingleStack allows one family only');
  const isDual = policy === 'RequireDualStack' || policy === 'PreferDualStack';
  const added = isDual ? clusterFamilies.filter((family) => !families.includes(family)) : [];
  const all = [...families, ...added];
  if (policy === 'RequireDualStack' && all.length < 2)
    throw spec.fault(
      'ipFamilyPolicy',
      'RequireDualStack needs an IPv4 and an IPv6 block in service_cidr',
    );
  // A pinned address needs no block: dumps come from clusters with other blocks.
  const missing = all.find(
    (family, i) => pinned[i] === undefined && !clusterFamilies.includes(family),
  );
  if (missing !== undefined && !isHeadless)
    throw spec.fault('ipFamilies', `${missing} needs an ${missing} block in service_cidr`);
  return all;
}

function readListedFamilies(spec: ManifestFields): readonly Family[] {
  return spec.texts('ipFamilies').map((family, i) => {
    if (!FAMILIES.includes(family))
      throw spec.fault('ipFamilies', `must be IPv4 or IPv6, not "${family}"`, [i]);
    return family as Family;
  });
}

/** The canonical forms of all pinned ClusterIPs. Throws when two Services have the same. */
function pinnedIps(services: readonly ClusterService[]): Set<string> {
  const owners = new Map<string, ClusterService>();
  for (const service of services) {
    for (const ip of service.clusterIPs) {
      const first = owners.get(canonicalIp(ip));
      if (first !== undefined) throw sameIp(service, first, ip);
      owners.set(canonicalIp(ip), service);
    }
  }
  return new Set(owners.keys());
}

function sameIp(service: ClusterService, first: ClusterService, ip: string): RuntimeFault {
  // The two Services that exist by themselves have no place in a file: the error then points at the other one.
  const [blamed, other] =
    service.manifest.place().document === 0 ? [first, service] : [service, first];
  return new ManifestError(
    blamed.manifest.fields.child('spec').fault('clusterIP', '').place,
    `Service "${blamed.name}": clusterIP ${ip} is also that of ${manifestText(other.manifest)}`,
  );
}

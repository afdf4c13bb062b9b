// The options of a kubernetes block as rows of one table, in the order of the README, with CoreDNS's error texts (plugin/kubernetes/
// setup.go, ParseStanza). Rows from `manifests` on are Nodens's own. What the options lead to is in control.ts.

import { parseDuration } from '../../base/duration.ts';
import { parseInteger, quote } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import { normalizeZones } from '../../corefile/server-key.ts';
import type { OptionRow } from '../../plugin/options.ts';
import { parseGoFloat } from './go-float.ts';
import { type LabelSelector, parseLabelSelector } from './label-selector.ts';
import type { PodMode } from './options.ts';

/** What a block says. */
export interface KubernetesBlock {
  endpoints: readonly string[];
  tls: { readonly cert: string; readonly key: string; readonly ca: string } | undefined;
  kubeconfig: { readonly file: string; readonly context: string | undefined } | undefined;
  qps: number;
  burst: number;
  maxInflight: number;
  namespaces: string[];
  labels: LabelSelector | undefined;
  namespaceLabels: LabelSelector | undefined;
  pods: PodMode;
  usesPodNames: boolean;
  /** Seconds. */
  ttl: number;
  hasEndpoints: boolean;
  /** See KubernetesServingOptions; `['.']` for all names. */
  fallthrough: readonly string[] | undefined;
  ignoresEmptyServices: boolean;
  multiclusterZones: readonly string[];
  isZonal: boolean;
  startupTimeoutMs: number;
  manifests: string[];
  defaultNamespace: string | undefined;
  serviceCidrs: readonly string[] | undefined;
  podCidrs: readonly string[] | undefined;
  dnsIps: readonly string[] | undefined;
}

const MAX_TTL = 3600;
const POD_MODES: readonly PodMode[] = ['disabled', 'insecure', 'verified'];

/** A block without options. */
export function defaultBlock(): KubernetesBlock {
  return {
    endpoints: [],
    tls: undefined,
    kubeconfig: undefined,
    qps: 0,
    burst: 0,
    maxInflight: 0,
    namespaces: [],
    labels: undefined,
    namespaceLabels: undefined,
    pods: 'disabled',
    usesPodNames: false,
    ttl: 5,
    hasEndpoints: true,
    fallthrough: undefined,
    ignoresEmptyServices: false,
    multiclusterZones: [],
    isZonal: false,
    startupTimeoutMs: 5000,
    manifests: [],
    defaultNamespace: undefined,
    serviceCidrs: undefined,
    podCidrs: undefined,
    dnsIps: undefined,
  };
}

type Row = OptionRow<KubernetesBlock>;

/** How the API server is reached. */
const CONNECTION_ROWS: readonly Row[] = [
  {
    name: 'endpoint',
    args: 'URL [IGNORED...]',
    parse: (block, args) => {
      block.endpoints = args;
    },
    doc: 'URL of the API server; without it and `kubeconfig`, the service account of the pod is used.',
  },
  {
    name: 'tls',
    args: 'CERT KEY CACERT',
    parse: (block, [cert = '', key = '', ca = '']) => {
      block.tls = { cert, key, ca };
    },
    doc: 'files of the client certificate, its key and the authority, used with `endpoint`.',
  },
  {
    name: 'kubeconfig',
    args: 'FILE [CONTEXT]',
    parse: (block, [file = '', context]) => {
      block.kubeconfig = { file, context };
    },
    doc: 'connection and credentials of a kubeconfig file; comes before `endpoint`.',
  },
  {
    name: 'apiserver_qps',
    args: 'NUMBER',
    default: '0',
    parse: (block, [text = ''], dispenser) => {
      block.qps = atLeastZero('apiserver_qps', parseGoFloat(text), text, dispenser);
    },
    doc: 'list requests a second to the API server; 0 means 5.',
  },
  {
    name: 'apiserver_burst',
    args: 'NUMBER',
    default: '0',
    parse: (block, [text = ''], dispenser) => {
      block.burst = atLeastZero('apiserver_burst', parseInteger(text), text, dispenser);
    },
    doc: 'list requests that may go out at once; 0 means 10.',
  },
  {
    name: 'apiserver_max_inflight',
    args: 'NUMBER',
    default: '0',
    parse: (block, [text = ''], dispenser) => {
      const name = 'apiserver_max_inflight';
      block.maxInflight = atLeastZero(name, parseInteger(text), text, dispenser);
    },
    doc: 'requests that may wait for an answer at the same time; 0 means any number.',
  },
];

/** Which objects are seen. */
const SELECTION_ROWS: readonly Row[] = [
  {
    name: 'namespaces',
    args: 'NAMESPACE...',
    parse: (block, args) => {
      block.namespaces.push(...args);
    },
    doc: 'only these namespaces have names; may be repeated.',
  },
  {
    name: 'namespace_labels',
    args: 'SELECTOR...',
    parse: (block, args) => {
      block.namespaceLabels = selector('namespace_label', args);
    },
    doc: 'only namespaces with these labels have names; not together with `namespaces`.',
  },
  {
    name: 'labels',
    args: 'SELECTOR...',
    parse: (block, args) => {
      block.labels = selector('label', args);
    },
    doc: 'only Services, EndpointSlices and Pods with these labels are seen.',
  },
];

/** What the names answer. */
const ANSWER_ROWS: readonly Row[] = [
  {
    name: 'pods',
    args: 'disabled|insecure|verified',
    default: 'disabled',
    parse: (block, [word = '']) => {
      const mode = POD_MODES.find((known) => known === word);
      if (mode === undefined) {
        throw new CorefileError(
          `wrong value for pods: ${word},  must be one of: disabled, verified, insecure`,
        );
      }
      block.pods = mode;
    },
    doc: '`IP.NAMESPACE.pod` names: none, any address, or those of pods that run (watches all pods).',
  },
  {
    name: 'endpoint_pod_names',
    args: '',
    parse: (block) => {
      block.usesPodNames = true;
    },
    doc: 'endpoints without a hostname are called by their pod, not by their address.',
  },
  {
    name: 'ttl',
    // Further words are passed over.
    args: 'SECONDS [IGNORED...]',
    default: '5',
    parse: (block, [text = ''], dispenser) => {
      const ttl = parseInteger(text);
      if (typeof ttl === 'string') throw new CorefileError(ttl);
      if (ttl < 0 || ttl > MAX_TTL) throw dispenser.err(`ttl must be in range [0, 3600]: ${ttl}`);
      block.ttl = ttl;
    },
    doc: 'TTL of the records, 0 to 3600.',
  },
  {
    name: 'noendpoints',
    args: '',
    parse: (block) => {
      block.hasEndpoints = false;
    },
    doc: 'does not watch endpoints: headless services and endpoint names do not exist.',
  },
  {
    name: 'fallthrough',
    args: '[ZONE...]',
    parse: (block, args) => {
      const zones = args.length === 0 ? ['.'] : args.flatMap(normalizeZones);
      block.fallthrough = zones.length === 0 ? undefined : zones;
    },
    doc: 'names that do not exist go to the next plugin: all, or those in the zones.',
  },
  {
    name: 'ignore',
    args: '[empty_service] [IGNORED...]',
    parse: (block, [word]) => {
      if (word === undefined) return;
      if (word !== 'empty_service') {
        throw new CorefileError(`unable to parse ignore value: '${word}'`);
      }
      block.ignoresEmptyServices = true;
    },
    doc: 'services with a cluster address but no ready endpoints do not exist.',
  },
  {
    name: 'multicluster',
    args: '[ZONE...]',
    parse: (block, args) => {
      block.multiclusterZones = args.flatMap(normalizeZones);
    },
    doc: 'zones that are answered from ServiceImports (KEP-1645).',
  },
  {
    name: 'zonal',
    args: '',
    parse: (block) => {
      block.isZonal = true;
    },
    doc: '`TOPOLOGYZONE.pin._zone.SERVICE...` and `.prefer._zone.` name the endpoints of a headless service in one topology zone.',
  },
  {
    name: 'startup_timeout',
    args: 'DURATION [IGNORED...]',
    default: '5s',
    parse: (block, [text = ''], dispenser) => {
      const timeoutMs = parseDuration(text);
      if (typeof timeoutMs === 'string') {
        throw new CorefileError(`failed to parse startup_timeout: ${text}, ${timeoutMs}`);
      }
      // CoreDNS panics here.
      if (timeoutMs <= 0) throw dispenser.err(`startup_timeout must be > 0: ${text}`);
      block.startupTimeoutMs = timeoutMs;
    },
    doc: 'how long a start waits for the first complete state.',
  },
];

/** Manifests mode. */
const MANIFEST_ROWS: readonly Row[] = [
  {
    name: 'manifests',
    args: 'PATH...',
    parse: (block, args) => {
      block.manifests.push(...args);
    },
    doc: 'files, folders or patterns of Kubernetes YAML, or `-` for standard input, in place of an API server.',
  },
  {
    name: 'default_namespace',
    args: 'NAMESPACE',
    parse: (block, [namespace]) => {
      block.defaultNamespace = namespace;
    },
    doc: 'namespace of manifests that say none; `default`.',
  },
  {
    name: 'service_cidr',
    args: 'CIDR [CIDR]',
    parse: (block, args) => {
      block.serviceCidrs = args;
    },
    doc: 'where cluster addresses are taken from, one block a family; `10.96.0.0/12`.',
  },
  {
    name: 'pod_cidr',
    args: 'CIDR [CIDR]',
    parse: (block, args) => {
      block.podCidrs = args;
    },
    doc: 'where pod addresses are taken from, one block a family; `10.244.0.0/16`.',
  },
  {
    name: 'dns_ip',
    args: 'ADDRESS [ADDRESS]',
    parse: (block, args) => {
      block.dnsIps = args;
    },
    doc: 'cluster address of kube-system/kube-dns; the tenth of `service_cidr`.',
  },
];

/** All options. */
export const kubernetesRows: readonly Row[] = [
  ...CONNECTION_ROWS,
  ...SELECTION_ROWS,
  ...ANSWER_ROWS,
  ...MANIFEST_ROWS,
];

function atLeastZero(
  name: string,
  value: number | string,
  text: string,
  dispenser: Dispenser,
): number {
  if (typeof value === 'string') throw dispenser.err(`invalid ${name} ${quote(text)}: ${value}`);
  // NaN is not below 0, as in Go.
  if (value < 0) throw dispenser.err(`${name} must be >= 0`);
  return Number.isFinite(value) ? value : 0;
}

/** Words are joined by a space: selectors are written without quotes. */
function selector(kind: string, args: readonly string[]): LabelSelector {
  const text = args.join(' ');
  const parsed = parseLabelSelector(text);
  if (typeof parsed === 'string') {
    throw new CorefileError(`unable to parse ${kind} selector value: '${text}': ${parsed}`);
  }
  return parsed;
}

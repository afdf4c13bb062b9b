// The ordered table of all plugins, control side: CoreDNS's plugin order, which is the order of setup and of the
// chain. Words without a control half are known but not supported yet.

import type { ControlPlugin } from '../plugin/control.ts';
import { aclControl } from './acl/setup.ts';
import { anyControl } from './any/setup.ts';
import { autoControl } from './auto/setup.ts';
import { autopathControl } from './autopath/setup.ts';
import { bindControl } from './bind/setup.ts';
import { bufsizeControl } from './bufsize/setup.ts';
import { cacheControl } from './cache/setup.ts';
import { cancelControl } from './cancel/setup.ts';
import { chaosControl } from './chaos/setup.ts';
import { debugControl } from './debug/setup.ts';
import { dns64Control } from './dns64/setup.ts';
import { erraticControl } from './erratic/setup.ts';
import { errorsControl } from './errors/setup.ts';
import { fileControl } from './file/setup.ts';
import { forwardControl } from './forward/setup.ts';
import { headerControl } from './header/setup.ts';
import { healthControl } from './health/setup.ts';
import { hostsControl } from './hosts/setup.ts';
import { externalControl } from './k8s_external/setup.ts';
import { kubernetesControl } from './kubernetes/setup.ts';
import { loadbalanceControl } from './loadbalance/setup.ts';
import { localControl } from './local/setup.ts';
import { logControl } from './log/setup.ts';
import { loopControl } from './loop/setup.ts';
import { metadataControl } from './metadata/setup.ts';
import { minimalControl } from './minimal/setup.ts';
import { multisocketControl } from './multisocket/setup.ts';
import { nsidControl } from './nsid/setup.ts';
import { prometheusControl } from './prometheus/setup.ts';
import { readyControl } from './ready/setup.ts';
import { reloadControl } from './reload/setup.ts';
import { rewriteControl } from './rewrite/setup.ts';
import { rootControl } from './root/setup.ts';
import { templateControl } from './template/setup.ts';
import { timeoutsControl } from './timeouts/setup.ts';
import { transferControl } from './transfer/setup.ts';
import { viewControl } from './view/setup.ts';
import { whoamiControl } from './whoami/setup.ts';

/** Every directive that CoreDNS 1.14.7 knows, in its order (plugin.cfg). */
export const DIRECTIVES: readonly string[] = [
  'root',
  'metadata',
  'geoip',
  'cancel',
  'proxyproto',
  'quic',
  'grpc_server',
  'https',
  'https3',
  'timeouts',
  'multisocket',
  'reload',
  'nsid',
  'bufsize',
  'bind',
  'debug',
  'trace',
  'ready',
  'health',
  'pprof',
  'shed',
  'prometheus',
  'errors',
  'log',
  'dnstap',
  'local',
  'dns64',
  'any',
  'chaos',
  'loadbalance',
  'tsig',
  'rewrite',
  'autopath',
  'acl',
  'cache',
  'header',
  'dnssec',
  'tls',
  'minimal',
  'template',
  'transfer',
  'hosts',
  'route53',
  'azure',
  'clouddns',
  'k8s_external',
  'kubernetes',
  'file',
  'auto',
  'secondary',
  'etcd',
  'loop',
  'forward',
  'grpc',
  'erratic',
  'whoami',
  'on',
  'sign',
  'view',
  'nomad',
];

/** The control halves that exist. */
const PLUGINS: readonly ControlPlugin[] = [
  autoControl,
  aclControl,
  anyControl,
  autopathControl,
  bindControl,
  bufsizeControl,
  cacheControl,
  cancelControl,
  chaosControl,
  debugControl,
  dns64Control,
  erraticControl,
  errorsControl,
  fileControl,
  forwardControl,
  headerControl,
  healthControl,
  hostsControl,
  externalControl,
  kubernetesControl,
  loadbalanceControl,
  localControl,
  logControl,
  loopControl,
  metadataControl,
  minimalControl,
  multisocketControl,
  nsidControl,
  prometheusControl,
  readyControl,
  reloadControl,
  rewriteControl,
  rootControl,
  timeoutsControl,
  transferControl,
  templateControl,
  viewControl,
  whoamiControl,
];

/** Control halves by word. */
export const CONTROL_REGISTRY: ReadonlyMap<string, ControlPlugin> = new Map(
  PLUGINS.map((plugin) => [plugin.name, plugin]),
);

// The table of all plugins, serving side: what a serving thread can build handlers from. Their order in a chain
// comes from the control side.

import type { ServingPlugin } from '../plugin/serving.ts';
import { aclServing } from './acl/acl.ts';
import { anyServing } from './any/any.ts';
import { autoServing } from './auto/auto.ts';
import { autopathServing } from './autopath/autopath.ts';
import { bufsizeServing } from './bufsize/bufsize.ts';
import { cacheServing } from './cache/cache.ts';
import { cancelServing } from './cancel/cancel.ts';
import { chaosServing } from './chaos/chaos.ts';
import { dns64Serving } from './dns64/dns64.ts';
import { erraticServing } from './erratic/erratic.ts';
import { errorsServing } from './errors/errors.ts';
import { fileServing } from './file/file.ts';
import { forwardServing } from './forward/forward.ts';
import { headerServing } from './header/header.ts';
import { hostsServing } from './hosts/hosts.ts';
import { externalServing } from './k8s_external/k8s-external.ts';
import { kubernetesServing } from './kubernetes/kubernetes.ts';
import { loadbalanceServing } from './loadbalance/loadbalance.ts';
import { localServing } from './local/local.ts';
import { logServing } from './log/log.ts';
import { loopServing } from './loop/loop.ts';
import { metadataServing } from './metadata/metadata.ts';
import { minimalServing } from './minimal/minimal.ts';
import { nsidServing } from './nsid/nsid.ts';
import { prometheusServing } from './prometheus/prometheus.ts';
import { rewriteServing } from './rewrite/rewrite.ts';
import { templateServing } from './template/template.ts';
import { transferServing } from './transfer/transfer.ts';
import { viewServing } from './view/view.ts';
import { whoamiServing } from './whoami/whoami.ts';

const PLUGINS: readonly ServingPlugin[] = [
  autoServing,
  aclServing,
  anyServing,
  autopathServing,
  bufsizeServing,
  cacheServing,
  cancelServing,
  chaosServing,
  dns64Serving,
  erraticServing,
  errorsServing,
  fileServing,
  forwardServing,
  headerServing,
  hostsServing,
  externalServing,
  kubernetesServing,
  loadbalanceServing,
  localServing,
  logServing,
  loopServing,
  metadataServing,
  minimalServing,
  nsidServing,
  prometheusServing,
  rewriteServing,
  transferServing,
  templateServing,
  viewServing,
  whoamiServing,
];

/** Serving halves by word. */
export const SERVING_REGISTRY: ReadonlyMap<string, ServingPlugin> = new Map(
  PLUGINS.map((plugin) => [plugin.name, plugin]),
);

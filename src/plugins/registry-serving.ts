// The table of all plugins, serving side: what a serving thread can build handlers from. Their order in a chain
// comes from the control side.

import type { ServingPlugin } from '../plugin/serving.ts';
import { aclServing } from './acl/acl.ts';
import { anyServing } from './any/any.ts';
import { bufsizeServing } from './bufsize/bufsize.ts';
import { cacheServing } from './cache/cache.ts';
import { chaosServing } from './chaos/chaos.ts';
import { errorsServing } from './errors/errors.ts';
import { fileServing } from './file/file.ts';
import { forwardServing } from './forward/forward.ts';
import { headerServing } from './header/header.ts';
import { kubernetesServing } from './kubernetes/kubernetes.ts';
import { localServing } from './local/local.ts';
import { logServing } from './log/log.ts';
import { minimalServing } from './minimal/minimal.ts';
import { nsidServing } from './nsid/nsid.ts';
import { prometheusServing } from './prometheus/prometheus.ts';
import { rewriteServing } from './rewrite/rewrite.ts';
import { whoamiServing } from './whoami/whoami.ts';

const PLUGINS: readonly ServingPlugin[] = [
  aclServing,
  anyServing,
  bufsizeServing,
  cacheServing,
  chaosServing,
  errorsServing,
  fileServing,
  forwardServing,
  headerServing,
  kubernetesServing,
  localServing,
  logServing,
  minimalServing,
  nsidServing,
  prometheusServing,
  rewriteServing,
  whoamiServing,
];

/** Serving halves by word. */
export const SERVING_REGISTRY: ReadonlyMap<string, ServingPlugin> = new Map(
  PLUGINS.map((plugin) => [plugin.name, plugin]),
);

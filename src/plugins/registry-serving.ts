// The table of all plugins, serving side: what a serving thread can build handlers from. Their order in a chain
// comes from the control side.

import type { ServingPlugin } from '../plugin/serving.ts';
import { errorsServing } from './errors/errors.ts';
import { fileServing } from './file/file.ts';
import { forwardServing } from './forward/forward.ts';
import { kubernetesServing } from './kubernetes/kubernetes.ts';
import { logServing } from './log/log.ts';
import { prometheusServing } from './prometheus/prometheus.ts';
import { rewriteServing } from './rewrite/rewrite.ts';
import { whoamiServing } from './whoami/whoami.ts';

const PLUGINS: readonly ServingPlugin[] = [
  errorsServing,
  fileServing,
  forwardServing,
  kubernetesServing,
  logServing,
  prometheusServing,
  rewriteServing,
  whoamiServing,
];

/** Serving halves by word. */
export const SERVING_REGISTRY: ReadonlyMap<string, ServingPlugin> = new Map(
  PLUGINS.map((plugin) => [plugin.name, plugin]),
);

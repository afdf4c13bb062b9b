// The table of all plugins, serving side: what a serving thread can build handlers from. Their order in a chain
// comes from the control side.

import type { ServingPlugin } from '../plugin/serving.ts';

/** The serving halves that exist, each loaded when a configuration has a handler of it. */
const LOADERS: Readonly<Record<string, () => Promise<ServingPlugin>>> = {
  acl: async () => (await import('./acl/acl.ts')).aclServing,
  any: async () => (await import('./any/any.ts')).anyServing,
  auto: async () => (await import('./auto/auto.ts')).autoServing,
  autopath: async () => (await import('./autopath/autopath.ts')).autopathServing,
  bufsize: async () => (await import('./bufsize/bufsize.ts')).bufsizeServing,
  cache: async () => (await import('./cache/cache.ts')).cacheServing,
  cancel: async () => (await import('./cancel/cancel.ts')).cancelServing,
  chaos: async () => (await import('./chaos/chaos.ts')).chaosServing,
  dns64: async () => (await import('./dns64/dns64.ts')).dns64Serving,
  erratic: async () => (await import('./erratic/erratic.ts')).erraticServing,
  errors: async () => (await import('./errors/errors.ts')).errorsServing,
  file: async () => (await import('./file/file.ts')).fileServing,
  forward: async () => (await import('./forward/forward.ts')).forwardServing,
  header: async () => (await import('./header/header.ts')).headerServing,
  hosts: async () => (await import('./hosts/hosts.ts')).hostsServing,
  k8s_external: async () => (await import('./k8s_external/k8s-external.ts')).externalServing,
  kubernetes: async () => (await import('./kubernetes/kubernetes.ts')).kubernetesServing,
  loadbalance: async () => (await import('./loadbalance/loadbalance.ts')).loadbalanceServing,
  local: async () => (await import('./local/local.ts')).localServing,
  log: async () => (await import('./log/log.ts')).logServing,
  loop: async () => (await import('./loop/loop.ts')).loopServing,
  metadata: async () => (await import('./metadata/metadata.ts')).metadataServing,
  minimal: async () => (await import('./minimal/minimal.ts')).minimalServing,
  nsid: async () => (await import('./nsid/nsid.ts')).nsidServing,
  prometheus: async () => (await import('./prometheus/prometheus.ts')).prometheusServing,
  rewrite: async () => (await import('./rewrite/rewrite.ts')).rewriteServing,
  secondary: async () => (await import('./secondary/secondary.ts')).secondaryServing,
  template: async () => (await import('./template/template.ts')).templateServing,
  transfer: async () => (await import('./transfer/transfer.ts')).transferServing,
  view: async () => (await import('./view/view.ts')).viewServing,
  whoami: async () => (await import('./whoami/whoami.ts')).whoamiServing,
};

/** The words that have a serving half. */
export const SERVING_WORDS: readonly string[] = Object.keys(LOADERS);

/** Loads the halves of these words into `registry`, those that it has already left as they are. */
export async function loadServingPlugins(
  words: Iterable<string>,
  registry: Map<string, ServingPlugin>,
): Promise<void> {
  const missing = [...new Set(words)].filter((word) => !registry.has(word));
  const loaded = await Promise.all(
    missing.map((word) => (Object.hasOwn(LOADERS, word) ? LOADERS[word]?.() : undefined)),
  );
  for (const plugin of loaded) if (plugin !== undefined) registry.set(plugin.name, plugin);
}

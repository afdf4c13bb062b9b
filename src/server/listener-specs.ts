// From server blocks to listeners: every key of a block on every address that the block is bound to. Blocks that
// name the same address share the listener (CoreDNS: core/dnsserver/register.go, groupConfigsByListenAddr).

import { portNumber } from '../corefile/port.ts';
import type { ServerKey } from '../corefile/server-key.ts';
import type { BlockSettings } from '../plugin/control.ts';
import type { ListenerSpec, SiteSpec } from './serving-config.ts';

/** A block as far as listeners are concerned. */
export interface ListeningBlock {
  readonly keys: readonly ServerKey[];
  readonly settings: BlockSettings;
}

/** `dns://[::1]:53`: the label of a listener. */
export function listenerId(scheme: string, host: string, port: string): string {
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * The listeners of a configuration, in Corefile order. Timeouts are the last
 * block's. Throws CorefileError for a port out of range.
 */
export function listenerSpecs(blocks: readonly ListeningBlock[]): ListenerSpec[] {
  const specs = new Map<string, ListenerSpec & { sites: SiteSpec[] }>();
  blocks.forEach(({ keys, settings }, block) => {
    for (const { scheme, zone, port } of keys) {
      for (const host of settings.bindAddresses) {
        const id = listenerId(scheme, host, port);
        const { readTimeoutMs, writeTimeoutMs, idleTimeoutMs, maxTcpQueries } = settings;
        specs.set(id, {
          id,
          scheme,
          host,
          port: portNumber(port),
          readTimeoutMs,
          writeTimeoutMs,
          idleTimeoutMs,
          maxTcpQueries,
          sites: [...(specs.get(id)?.sites ?? []), { zone, block }],
        });
      }
    }
  });
  return [...specs.values()];
}

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

/** CoreDNS's defaults (core/dnsserver/server.go). */
const DEFAULT_LIMITS = {
  readTimeoutMs: 3000,
  writeTimeoutMs: 5000,
  idleTimeoutMs: 10_000,
  maxTcpQueries: -1,
} as const;

/**
 * The listeners of a configuration, in Corefile order. Timeouts are those of the last block that sets them, the number of
 * sockets is the first block's. Throws CorefileError for a port out of range.
 */
export function listenerSpecs(blocks: readonly ListeningBlock[]): ListenerSpec[] {
  const specs = new Map<string, ListenerSpec & { sites: SiteSpec[] }>();
  blocks.forEach(({ keys, settings }, block) => {
    for (const { scheme, zone, port } of keys) {
      for (const host of settings.bindAddresses) {
        const id = listenerId(scheme, host, port);
        const known = specs.get(id);
        specs.set(id, {
          id,
          scheme,
          host,
          port: portNumber(port),
          sockets: known?.sockets ?? settings.sockets,
          ...limitsOf(settings, known ?? DEFAULT_LIMITS),
          sites: [...(known?.sites ?? []), { zone, block }],
        });
      }
    }
  });
  return [...specs.values()];
}

type Limits = Pick<
  ListenerSpec,
  'readTimeoutMs' | 'writeTimeoutMs' | 'idleTimeoutMs' | 'maxTcpQueries'
>;

function limitsOf(settings: BlockSettings, otherwise: Limits): Limits {
  return {
    readTimeoutMs: settings.readTimeoutMs ?? otherwise.readTimeoutMs,
    writeTimeoutMs: settings.writeTimeoutMs ?? otherwise.writeTimeoutMs,
    idleTimeoutMs: settings.idleTimeoutMs ?? otherwise.idleTimeoutMs,
    maxTcpQueries: settings.maxTcpQueries ?? otherwise.maxTcpQueries,
  };
}

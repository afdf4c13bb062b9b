// The lines that a start prints to standard output, in CoreDNS's form (core/dnsserver/server.go OnStartupComplete,
// coremain/run.go).

import { quote } from '../base/go-text.ts';
import { followsPreferredSyntax } from '../corefile/domain-name.ts';
import type { ListenerSpec } from './serving-config.ts';

/** `.:53`, `tls://.:853`, `.:53 on 127.0.0.1`: a line a zone of each listener, zones sorted, for each of its sockets. */
export function bannerLines(listeners: readonly ListenerSpec[]): string[] {
  return listeners.flatMap(({ scheme, host, port, sites, sockets }) => {
    const zones = sites.map((site) => site.zone).sort();
    const lines = zones.flatMap((zone) => {
      const warning = `Warning: Domain ${quote(zone)} does not follow RFC1035 preferred syntax`;
      const prefix = scheme === 'dns' ? '' : `${scheme}://`;
      const line = `${prefix}${zone}:${port}${host === '' ? '' : ` on ${host}`}`;
      return followsPreferredSyntax(zone) ? [line] : [warning, line];
    });
    return Array.from({ length: sockets }, () => lines).flat();
  });
}

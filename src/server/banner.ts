// The lines that a start prints to standard output, in CoreDNS's form (core/dnsserver/server.go OnStartupComplete,
// coremain/run.go).

import type { ListenerSpec } from './serving-config.ts';

/** Labels of letters, digits and inner hyphens that start with a letter (RFC 1035 section 2.3.1). */
const PREFERRED_SYNTAX = /^(?:[a-z](?:[a-z0-9-]*[a-z0-9])?\.)+$/i;
const REVERSE_ZONE = /\.(?:in-addr|ip6)\.arpa\.$/;

function followsPreferredSyntax(zone: string): boolean {
  return zone === '.' || REVERSE_ZONE.test(zone) || PREFERRED_SYNTAX.test(zone);
}

/** `.:53`, `tls://.:853`, `.:53 on 127.0.0.1`: a line a zone of each listener, zones sorted. */
export function bannerLines(listeners: readonly ListenerSpec[]): string[] {
  return listeners.flatMap(({ scheme, host, port, sites }) => {
    const zones = sites.map((site) => site.zone).sort();
    return zones.flatMap((zone) => {
      const warning = `Warning: Domain ${JSON.stringify(zone)} does not follow RFC1035 preferred syntax`;
      const prefix = scheme === 'dns' ? '' : `${scheme}://`;
      const line = `${prefix}${zone}:${port}${host === '' ? '' : ` on ${host}`}`;
      return followsPreferredSyntax(zone) ? [line] : [warning, line];
    });
  });
}

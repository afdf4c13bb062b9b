// The configuration of NSD as a peer: one serving process, no rate limit, no answers that Nodens would not give.

import { join } from 'node:path';

/** A zone and its master file. */
export interface ZoneText {
  readonly name: string;
  readonly text: string;
}

/** The text of nsd.conf; master files are `NAME.zone` in the folder. */
export function nsdConfiguration(folder: string, port: number, zones: readonly ZoneText[]): string {
  const database = join(folder, 'db');
  return `server:
  ip-address: 127.0.0.1@${port}
  server-count: 1
  username: ""
  chroot: ""
  database: ""
  zonesdir: "${folder}"
  zonelistfile: "${database}/zone.list"
  xfrdfile: "${database}/xfrd.state"
  xfrdir: "${database}"
  pidfile: "${folder}/nsd.pid"
  tcp-count: 200
  tcp-query-count: 0
  rrl-ratelimit: 0
  rrl-whitelist-ratelimit: 0
remote-control:
  control-enable: no
${zones.map(({ name }) => `zone:\n  name: ${name}\n  zonefile: ${name}.zone\n`).join('')}`;
}

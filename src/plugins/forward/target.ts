// One upstream as the Corefile means it: what the control half of forward hands to the serving half.

import { addressText, type UpstreamAddress } from '../../upstream/address.ts';

/** An upstream's address and how it is asked. */
export interface Target extends UpstreamAddress {
  /** Absent: plain DNS. */
  readonly protocol?: 'tls' | 'https';
  /** `%NAME` of a tls target: who the certificate must be for. */
  readonly serverName?: string;
}

/** `127.0.0.1:53`, `tls://127.0.0.1:853%dns.test`. Targets with the same text are the same upstream. */
export function targetText({ host, port, protocol, serverName }: Target): string {
  const scheme = protocol === undefined ? '' : `${protocol}://`;
  const name = serverName === undefined ? '' : `%${serverName}`;
  return `${scheme}${addressText({ host, port })}${name}`;
}

// What a transfer stanza says: zones, who may have them, and where notifications come from (CoreDNS:
// plugin/transfer/setup.go).

import { quote } from '../../base/go-text.ts';
import { formatIp, parseIp } from '../../base/ip.ts';
import { CorefileError } from '../../corefile/error.ts';
import { addressAndPort, canonicalHost, type HostPort } from '../../plugin/host-port.ts';
import type { OptionRow } from '../../plugin/options.ts';
import { ANYONE } from './rules.ts';

/** What the block of a stanza says. */
export interface TransferBlock {
  /** Undefined is `*`. */
  readonly to: (HostPort | undefined)[];
  source: string | undefined;
}

const DNS_PORT = '53';

/** CoreDNS prefixes most errors of this plugin once more than others. */
export function transferError(error: CorefileError): CorefileError {
  return new CorefileError(`plugin/transfer: ${error.message}`);
}

/** Options of a stanza's block. */
export const transferRows: readonly OptionRow<TransferBlock>[] = [
  {
    name: 'to',
    args: 'ADDRESS...',
    parse(block, hosts) {
      for (const host of hosts) block.to.push(host === ANYONE ? undefined : readHost(host));
    },
    doc: 'who may transfer the zones, and is notified of changes: addresses, with a port or without; `*` lets everybody transfer, and notifies nobody.',
  },
  {
    name: 'source',
    args: 'ADDRESS',
    parse(block, [text = ''], dispenser) {
      if (block.source !== undefined) {
        throw transferError(dispenser.err('source already specified'));
      }
      const address = parseIp(text);
      if (address === undefined) {
        throw transferError(dispenser.err(`invalid source address ${quote(text)}`));
      }
      block.source = formatIp(address);
    },
    doc: 'local address that notifications are sent from.',
  },
];

function readHost(text: string): HostPort {
  const place = addressAndPort(text, DNS_PORT);
  if (typeof place === 'string') throw new CorefileError(place);
  return place;
}

/** The client address that a `to` stands for. */
export function clientText(host: HostPort | undefined): string {
  return host === undefined ? ANYONE : canonicalHost(host.host);
}

// The OPT record of a reply, as CoreDNS's request.SizeAndDo makes it from the client's and the reply's own.

import { EdnsOption } from '../dns/codes/edns-option.ts';
import type { Edns } from '../dns/edns.ts';
import type { Exchange } from '../plugin/exchange.ts';

/** Options of the client that are sent back as they came. */
const ECHOED: ReadonlySet<number> = new Set([
  EdnsOption.NSID,
  EdnsOption.EXPIRE,
  EdnsOption.COOKIE,
  EdnsOption.TCP_KEEPALIVE,
  EdnsOption.PADDING,
]);

/** The flags besides DO that are not cleared. */
const KEPT_FLAGS = 0x7f00;

/**
 * The OPT to send. Without one in the query, the reply's own (an upstream's) goes out as it is. With one, the size is
 * the client's, DO is set if either has it, and the options are the reply's own, else those of the client that may be
 * echoed. Of the other flags, seven go the same way: CoreDNS clears the lower octet alone.
 */
export function replyEdns(exchange: Exchange): Edns | undefined {
  const client = exchange.edns;
  const own = exchange.reply.edns;
  if (client === undefined) return own;
  const echoed = exchange.echoedOptions;
  const otherFlags = ((own ?? client).otherFlags ?? 0) & KEPT_FLAGS;
  return {
    udpSize: client.udpSize,
    version: 0,
    isDnssecOk: client.isDnssecOk || own?.isDnssecOk === true,
    ...(otherFlags !== 0 && { otherFlags }),
    extendedRcode: 0,
    options:
      own?.options ??
      client.options.filter((o) => ECHOED.has(o.code) || echoed?.includes(o.code) === true),
  };
}

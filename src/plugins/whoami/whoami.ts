// Serving half of whoami: tells clients the address, port and transport that they came by. Ends its chain
// (CoreDNS: plugin/whoami/whoami.go).

import { parseIp } from '../../base/ip.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { joinLabels, type Name, ROOT } from '../../dns/name.ts';
import { aRdata } from '../../dns/rdata/a.ts';
import { aaaaRdata } from '../../dns/rdata/aaaa.ts';
import { srvRdata } from '../../dns/rdata/srv.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Outcome } from '../../plugin/handler.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';

const encoder = new TextEncoder();
const UDP_LABEL = encoder.encode('_udp');
const TCP_LABEL = encoder.encode('_tcp');

const IPV4_OCTETS = 4;

/** Answers every query with an empty answer and the client's data in the additional section. */
export class WhoamiHandler implements Handler {
  readonly name = 'whoami';

  serve(exchange: Exchange): Outcome {
    const { reply } = exchange;
    reply.isAuthoritative = true;
    pushAddress(exchange);
    pushService(exchange);
    return reply.write(Rcode.NOERROR);
  }
}

/** `NAME 0 A|AAAA ADDRESS`, whatever type was asked. */
function pushAddress(exchange: Exchange): void {
  const address = parseIp(exchange.client.address);
  if (address === undefined) return;
  const isIpv4 = address.length === IPV4_OCTETS;
  const type = isIpv4 ? RRType.A : RRType.AAAA;
  push(exchange, exchange.askedName, type, isIpv4 ? aRdata(address) : aaaaRdata(address));
}

/** `_udp.NAME 0 SRV 0 0 PORT .`; left away when the name has no room for another label. */
function pushService(exchange: Exchange): void {
  const { client } = exchange;
  const label = client.protocol === 'udp' ? UDP_LABEL : TCP_LABEL;
  const owner = joinLabels([label], exchange.askedName);
  if (owner === undefined) return;
  push(exchange, owner, RRType.SRV, srvRdata(0, 0, client.port, ROOT));
}

function push(exchange: Exchange, name: Name, type: number, rdata: Uint8Array): void {
  exchange.reply.additional.push({ name, type, class: exchange.class, ttl: 0, rdata });
}

/** Makes whoami handlers. */
export const whoamiServing: ServingPlugin = {
  name: 'whoami',
  create: () => new WhoamiHandler(),
};

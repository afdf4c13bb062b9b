// Serving half of chaos: answers TXT queries of class CH about the server itself (CoreDNS: plugin/chaos/chaos.go; the names are
// BIND's, and id.server. is that of RFC 4892).

import { Rcode } from '../../dns/codes/rcode.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { formatName } from '../../dns/name.ts';
import { txtRdata } from '../../dns/rdata/txt.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import type { ChaosOptions } from './setup.ts';

/** Answers the names that it knows, passes on all else. */
export class ChaosHandler implements Handler {
  readonly name = 'chaos';
  /** Queries of the short path are of class IN. */
  readonly directRole: DirectRole = { kind: 'pass' };
  readonly #next: Handler;
  /** Rdata of the records by name. */
  readonly #texts: ReadonlyMap<string, readonly Uint8Array[]>;

  constructor({ version, authors, hostName }: ChaosOptions, next: Handler) {
    this.#next = next;
    this.#texts = new Map([
      ['version.bind.', [textRdata(version)]],
      ['version.server.', [textRdata(version)]],
      ['authors.bind.', authors.map(textRdata)],
      ['hostname.bind.', [textRdata(hostName)]],
      ['id.server.', [textRdata(hostName)]],
    ]);
  }

  serve(exchange: Exchange): Later<Outcome> {
    const texts = this.#textsFor(exchange);
    if (texts === undefined) return this.#next.serve(exchange);
    for (const rdata of shuffled(texts)) {
      exchange.reply.answer.push({
        name: exchange.askedName,
        type: RRType.TXT,
        class: RRClass.CH,
        ttl: 0,
        rdata,
      });
    }
    return exchange.reply.write(Rcode.NOERROR);
  }

  #textsFor(exchange: Exchange): readonly Uint8Array[] | undefined {
    if (exchange.class !== RRClass.CH || exchange.type !== RRType.TXT) return undefined;
    return this.#texts.get(formatName(exchange.name));
  }
}

/** The text is cut after 255 octets. */
function textRdata(text: string): Uint8Array {
  return txtRdata([new TextEncoder().encode(text)]);
}

/** No author comes first always. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** Makes chaos handlers. */
export const chaosServing: ServingPlugin = {
  name: 'chaos',
  create: (options, next) => new ChaosHandler(options as ChaosOptions, next),
};

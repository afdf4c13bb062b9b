// Serving half of auto: answers from whichever zones the folder holds at the moment (CoreDNS: plugin/auto/auto.go).

import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import type { Name } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { type AuthoritativeContext, answerFromZone } from '../../plugin/authoritative.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import { isEndOfChain } from '../../plugin/next.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import type { LabelledZone, ZoneLabels } from '../../plugin/zone-labels.ts';
import { ZoneSet } from '../../plugin/zone-set.ts';
import type { ZoneSource } from '../../plugin/zone-source.ts';
import { matchZone, zoneNames } from '../../plugin/zones.ts';
import { zoneTransfer } from '../../zone/transfer.ts';

/** Options of one handler. */
export interface AutoOptions {
  /** Names outside are not looked up at all. Absolute, lower case. */
  readonly origins: readonly string[];
  /** Where the zones come from (plugin/zone-set.ts). */
  readonly channel: string;
}

/** Answers for the zones of a folder. */
export class AutoHandler implements Handler, ZoneSource, ZoneLabels {
  readonly name = 'auto';
  readonly #next: Handler;
  readonly #origins: readonly Name[];
  readonly #zones: ZoneSet;
  readonly #answering: AuthoritativeContext;

  constructor(
    options: AutoOptions,
    next: Handler,
    context: Pick<ServingContext, 'lookup' | 'subscribe'>,
  ) {
    this.#next = next;
    this.#origins = zoneNames(options.origins);
    this.#zones = new ZoneSet(options.channel, context);
    this.#answering = {
      lookup: (exchange, name, type) => context.lookup(exchange, name, type),
      next,
      fallthrough: undefined,
    };
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { name, type } = exchange;
    if (matchZone(this.#origins, name) === undefined) return this.#next.serve(exchange);
    const served = this.#zones.match(name);
    if (served === undefined) {
      return isEndOfChain(this.#next) ? Rcode.REFUSED : this.#next.serve(exchange);
    }
    // Transfers are the transfer plugin's business; queries that reach this place may not have one.
    if (type === RRType.AXFR || type === RRType.IXFR) return Rcode.REFUSED;
    return answerFromZone(exchange, served.zone, this.#answering);
  }

  /** For metrics: zones of files count by their own name. */
  labelledZone(name: Name): LabelledZone | undefined {
    const served = this.#zones.match(name);
    return served && { zone: served.zone.origin, label: served.label };
  }

  /** A zone of this handler, whole. */
  transfer(origin: Name, serial: number): readonly ResourceRecord[] | undefined {
    const served = this.#zones.get(origin);
    return served === undefined ? undefined : zoneTransfer(served.zone, serial);
  }
}

/** Makes auto handlers. */
export const autoServing: ServingPlugin = {
  name: 'auto',
  create: (options, next, context) => new AutoHandler(options as AutoOptions, next, context),
};

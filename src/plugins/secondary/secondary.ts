// Serving half of secondary: answers from copies of a primary's zones, and takes its notifications (CoreDNS:
// plugin/secondary, on top of plugin/file). Fetching is the control half's.

import { Opcode } from '../../dns/codes/opcode.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { formatName, type Name } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import { type AuthoritativeContext, answerFromZone } from '../../plugin/authoritative.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import { isEndOfChain } from '../../plugin/next.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { type ServedZone, ZoneSet } from '../../plugin/zone-set.ts';
import type { ZoneSource } from '../../plugin/zone-source.ts';
import { zoneNames } from '../../plugin/zones.ts';
import { zoneTransfer } from '../../zone/transfer.ts';
import type { NotifyQuestion, SecondaryOptions } from './options.ts';

/** What the handler takes from its thread. */
export type SecondaryContext = Pick<ServingContext, 'ask' | 'lookup' | 'log' | 'subscribe'>;

/** Answers for copied zones. */
export class SecondaryHandler implements Handler, ZoneSource {
  readonly name = 'secondary';
  readonly #next: Handler;
  readonly #context: SecondaryContext;
  readonly #log: Logger;
  readonly #notifyChannel: string;
  readonly #zones: ZoneSet;
  readonly #answering: AuthoritativeContext;

  constructor(options: SecondaryOptions, next: Handler, context: SecondaryContext) {
    this.#next = next;
    this.#context = context;
    // Lines about zones appear under the name of the file plugin, as in CoreDNS.
    this.#log = pluginLogger(context.log, 'file');
    this.#notifyChannel = options.notifyChannel;
    this.#zones = new ZoneSet(options.channel, context);
    this.#answering = {
      lookup: (exchange, name, type) => context.lookup(exchange, name, type),
      next,
      fallthrough: options.fallthrough && zoneNames(options.fallthrough),
    };
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { type, opcode } = exchange;
    const served = this.#zones.match(exchange.name);
    if (served === undefined) {
      return isEndOfChain(this.#next) ? Rcode.REFUSED : this.#next.serve(exchange);
    }
    // Transfers are the transfer plugin's business; queries that reach this place may not have one.
    if (type === RRType.AXFR || type === RRType.IXFR) return Rcode.REFUSED;
    if (opcode === Opcode.NOTIFY) return this.#takeNotify(exchange, served);
    if (served.isExpired) {
      this.#log.error(`Zone ${formatName(served.zone.origin)} is expired`);
      return Rcode.SERVFAIL;
    }
    return answerFromZone(exchange, served.zone, this.#answering);
  }

  /** A copy, whole, as the next secondary gets it. */
  transfer(origin: Name, serial: number): readonly ResourceRecord[] | undefined {
    const served = this.#zones.get(origin);
    return served === undefined ? undefined : zoneTransfer(served.zone, serial);
  }

  /** Acknowledges what a primary says, and has it looked into; others get no answer. */
  #takeNotify({ client, reply }: Exchange, { zone, primaries }: ServedZone): Outcome {
    const { origin } = zone;
    if (!primaries.includes(client.address)) {
      this.#log.info(`Dropping notify from ${client.address} for ${formatName(origin)}`);
      return Rcode.NOERROR;
    }
    const question: NotifyQuestion = { origin, client: client.address };
    // What comes of it is in the control half's log.
    this.#context.ask(this.#notifyChannel, question).catch(() => undefined);
    reply.isAuthoritative = true;
    return reply.write(Rcode.NOERROR);
  }
}

/** Makes secondary handlers. */
export const secondaryServing: ServingPlugin = {
  name: 'secondary',
  create: (options, next, context) =>
    new SecondaryHandler(options as SecondaryOptions, next, context),
};

// Serving half of file: authoritative answers from master files (CoreDNS: plugin/file/file.go). Reads no files:
// zones come from the control half over channels, and are swapped whole.

import { Opcode } from '../../dns/codes/opcode.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { equalNames, formatName, type Name, parseName } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import { type AuthoritativeContext, answerFromZone } from '../../plugin/authoritative.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import { isEndOfChain } from '../../plugin/next.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import type { ZoneSource } from '../../plugin/zone-source.ts';
import { matchZone, zoneNames } from '../../plugin/zones.ts';
import { unpackRecords } from '../../zone/packed-records.ts';
import { zoneTransfer } from '../../zone/transfer.ts';
import { Zone, zoneOf } from '../../zone/zone.ts';
import type { FileOptions } from './options.ts';

/** What the handler takes from its thread. */
export type FileContext = Pick<ServingContext, 'lookup' | 'log' | 'subscribe'>;

/** Answers for zones that were loaded from files. */
export class FileHandler implements Handler, ZoneSource {
  readonly name = 'file';
  readonly #next: Handler;
  readonly #answering: AuthoritativeContext;
  readonly #log: Logger;
  readonly #origins: readonly Name[];
  /** By origin, the same objects as in `#origins`; without data until the file is there. */
  readonly #zones = new Map<Name, Zone>();

  constructor(options: FileOptions, next: Handler, context: FileContext) {
    this.#next = next;
    this.#log = pluginLogger(context.log, 'file');
    this.#answering = {
      lookup: (exchange, name, type) => context.lookup(exchange, name, type),
      next,
      fallthrough: options.fallthrough && zoneNames(options.fallthrough),
    };
    // A map first: an origin that stands twice belongs to its last file.
    const channels = new Map(options.zones.map(({ origin, channel }) => [origin, channel]));
    this.#origins = [...channels].flatMap(([text, channel]) =>
      this.#follow(text, channel, context),
    );
  }

  #follow(text: string, channel: string, context: FileContext): Name[] {
    const origin = parseName(text);
    if (origin === undefined) return [];
    this.#zones.set(origin, new Zone(origin));
    context.subscribe(channel, (data) => {
      if (data instanceof SharedArrayBuffer) {
        this.#zones.set(origin, zoneOf(origin, unpackRecords(data)));
      }
    });
    return [origin];
  }

  serve(exchange: Exchange): Later<Outcome> {
    const zone = this.#zoneOf(exchange.name);
    if (zone === undefined) {
      return isEndOfChain(this.#next) ? Rcode.REFUSED : this.#next.serve(exchange);
    }
    // Transfers are the transfer plugin's business; queries that reach this place may not have one.
    if (exchange.type === RRType.AXFR || exchange.type === RRType.IXFR) return Rcode.REFUSED;
    if (exchange.opcode === Opcode.NOTIFY) return this.#dropNotify(exchange, zone);
    return answerFromZone(exchange, zone, this.#answering);
  }

  /** A zone of this handler, whole. */
  transfer(name: Name, serial: number): readonly ResourceRecord[] | undefined {
    const zone = this.#zoneOf(name);
    return zone === undefined || !equalNames(zone.origin, name)
      ? undefined
      : zoneTransfer(zone, serial);
  }

  #zoneOf(name: Name): Zone | undefined {
    const origin = matchZone(this.#origins, name);
    return origin === undefined ? undefined : this.#zones.get(origin);
  }

  #dropNotify({ client }: Exchange, zone: Zone): Outcome {
    this.#log.info(`Dropping notify from ${client.address} for ${formatName(zone.origin)}`);
    return Rcode.NOERROR;
  }
}

/** Makes file handlers. */
export const fileServing: ServingPlugin = {
  name: 'file',
  create: (options, next, context) => new FileHandler(options as FileOptions, next, context),
};

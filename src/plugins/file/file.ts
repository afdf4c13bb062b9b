// Serving half of file: authoritative answers from master files (CoreDNS: plugin/file/file.go). Reads no files:
// zones come from the control half over channels, and are swapped whole.

import { Opcode } from '../../dns/codes/opcode.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { formatName, type Name, parseName } from '../../dns/name.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import { isEndOfChain } from '../../plugin/next.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { fallsThrough, matchZone, zoneNames } from '../../plugin/zones.ts';
import { withTarget } from '../../zone/aliases.ts';
import { lookupZone } from '../../zone/lookup.ts';
import { unpackRecords } from '../../zone/packed-records.ts';
import { Zone, zoneOf } from '../../zone/zone.ts';
import { type ZoneAnswer, ZoneResult } from '../../zone/zone-answer.ts';
import type { FileOptions } from './options.ts';

/** Self-lookups that one query may lead to; more is a loop (plugin/file/lookup.go). */
const MAX_ALIAS_DEPTH = 8;

/** What the handler takes from its thread. */
export type FileContext = Pick<ServingContext, 'lookup' | 'log' | 'subscribe'>;

/** Answers for zones that were loaded from files. */
export class FileHandler implements Handler {
  readonly name = 'file';
  readonly #next: Handler;
  readonly #context: FileContext;
  readonly #log: Logger;
  readonly #origins: readonly Name[];
  /** By origin, the same objects as in `#origins`; without data until the file is there. */
  readonly #zones = new Map<Name, Zone>();
  readonly #fallthrough: readonly Name[] | undefined;

  constructor(options: FileOptions, next: Handler, context: FileContext) {
    this.#next = next;
    this.#context = context;
    this.#log = pluginLogger(context.log, 'file');
    this.#fallthrough = options.fallthrough && zoneNames(options.fallthrough);
    // A map first: an origin that stands twice belongs to its last file.
    const channels = new Map(options.zones.map(({ origin, channel }) => [origin, channel]));
    this.#origins = [...channels].flatMap(([text, channel]) => this.#follow(text, channel));
  }

  #follow(text: string, channel: string): Name[] {
    const origin = parseName(text);
    if (origin === undefined) return [];
    this.#zones.set(origin, new Zone(origin));
    this.#context.subscribe(channel, (data) => {
      if (data instanceof SharedArrayBuffer) {
        this.#zones.set(origin, zoneOf(origin, unpackRecords(data)));
      }
    });
    return [origin];
  }

  serve(exchange: Exchange): Later<Outcome> {
    const origin = matchZone(this.#origins, exchange.name);
    const zone = origin === undefined ? undefined : this.#zones.get(origin);
    if (zone === undefined) {
      return isEndOfChain(this.#next) ? Rcode.REFUSED : this.#next.serve(exchange);
    }
    // Transfers are the transfer plugin's business; queries that reach this place may not have one.
    if (exchange.type === RRType.AXFR || exchange.type === RRType.IXFR) return Rcode.REFUSED;
    if (exchange.opcode === Opcode.NOTIFY) return this.#dropNotify(exchange, zone);
    if (exchange.depth > MAX_ALIAS_DEPTH) return Rcode.SERVFAIL;
    return this.#answer(exchange, zone);
  }

  #dropNotify({ client }: Exchange, zone: Zone): Outcome {
    this.#log.info(`Dropping notify from ${client.address} for ${formatName(zone.origin)}`);
    return Rcode.NOERROR;
  }

  #answer(exchange: Exchange, zone: Zone): Later<Outcome> {
    const { name, type, isDnssecOk } = exchange;
    const found = lookupZone(zone, { name, type, isDnssecOk });
    const { target, wildcard } = found;
    if (wildcard !== undefined) {
      exchange.metadata?.set('zone/wildcard', () => formatName(wildcard));
    }
    if (target !== undefined) {
      return after(this.#context.lookup(exchange, target, type), (reply) =>
        write(exchange, withTarget(zone, found, reply, isDnssecOk)),
      );
    }
    if (isNothing(found) && fallsThrough(this.#fallthrough, name)) {
      return this.#next.serve(exchange);
    }
    return write(exchange, found);
  }
}

/** Missing names, and names that only have others below them. */
function isNothing({ result, answer }: ZoneAnswer): boolean {
  const isMissing = result === ZoneResult.NAME_ERROR || result === ZoneResult.SUCCESS;
  return isMissing && answer.length === 0;
}

function write(
  { reply }: Exchange,
  { result, answer, authority, additional }: ZoneAnswer,
): Outcome {
  const isFailure = result === ZoneResult.SERVER_FAILURE;
  if (isFailure && answer.length === 0) return Rcode.SERVFAIL;
  reply.isAuthoritative = result !== ZoneResult.DELEGATION;
  reply.answer.push(...answer);
  reply.authority.push(...authority);
  reply.additional.push(...additional);
  if (result === ZoneResult.NAME_ERROR) reply.write(Rcode.NXDOMAIN);
  else reply.write(isFailure ? Rcode.SERVFAIL : Rcode.NOERROR);
  // CoreDNS's file answers 0 whatever it wrote: another code would ask the server to write an error.
  return Rcode.NOERROR;
}

/** Makes file handlers. */
export const fileServing: ServingPlugin = {
  name: 'file',
  create: (options, next, context) => new FileHandler(options as FileOptions, next, context),
};

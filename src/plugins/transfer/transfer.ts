// Serving half of transfer: gives whole zones to those who may have them (RFC 5936), as many messages as it takes. The
// records come from the other handlers of the block (CoreDNS: plugin/transfer/transfer.go).

import { quote } from '../../base/go-text.ts';
import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { formatName, type Name } from '../../dns/name.ts';
import { soaSerial } from '../../dns/rdata/soa.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { isZoneSource, type ZoneSource } from '../../plugin/zone-source.ts';
import { zoneNames } from '../../plugin/zones.ts';
import { ANYONE, longestRule, type TransferOptions } from './rules.ts';

/** Octets of records a message, uncompressed: leaves room for header, question and OPT in 65,535. */
const MESSAGE_OCTETS = 63_000;
/** Type, class, TTL and length of a record (RFC 1035 section 4.1.3). */
const RECORD_FIXED_OCTETS = 10;

interface Rule {
  readonly zones: readonly Name[];
  readonly clients: readonly string[];
}

/** What a source gave: its records, or why it could not. */
type Given = readonly ResourceRecord[] | Error | undefined;

/** Answers AXFR and IXFR. */
export class TransferHandler implements Handler {
  readonly name = 'transfer';
  /** Transfers never take the short path: no handler answers their types there. */
  readonly directRole: DirectRole = { kind: 'pass' };
  readonly #next: Handler;
  readonly #rules: readonly Rule[];
  readonly #log: Logger;
  readonly #sources: readonly ZoneSource[];

  constructor(
    options: TransferOptions,
    next: Handler,
    context: Pick<ServingContext, 'log' | 'handlers'>,
  ) {
    this.#next = next;
    this.#rules = options.rules.map(({ zones, clients }) => ({ zones: zoneNames(zones), clients }));
    this.#log = pluginLogger(context.log, 'transfer');
    // Every plugin that owns zones stands behind this one.
    this.#sources = context.handlers().filter(isZoneSource);
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { type, name, client, reply } = exchange;
    if (type !== RRType.AXFR && type !== RRType.IXFR) return this.#next.serve(exchange);
    if (client.protocol !== 'tcp') return Rcode.REFUSED;
    const rule = longestRule(this.#rules, name);
    if (rule === undefined) return this.#next.serve(exchange);
    if (!rule.clients.includes(ANYONE) && !rule.clients.includes(client.address)) {
      reply.write(Rcode.REFUSED);
      return Rcode.NOERROR;
    }
    const serial = type === RRType.IXFR ? serialOf(exchange.authority) : 0;
    if (serial === undefined) return Rcode.SERVFAIL;
    return after(this.#give(name, serial), (records) => this.#answer(exchange, records));
  }

  /** Asks one source after the other; promises only where a source takes its time. */
  #give(zone: Name, serial: number, first = 0): Later<Given> {
    for (let index = first; index < this.#sources.length; index++) {
      const given = this.#giveFrom(index, zone, serial);
      if (given instanceof Promise) {
        return given.then((records) => records ?? this.#give(zone, serial, index + 1));
      }
      if (given !== undefined) return given;
    }
    return undefined;
  }

  #giveFrom(index: number, zone: Name, serial: number): Later<Given> {
    try {
      const given = this.#sources[index]?.transfer(zone, serial);
      return given instanceof Promise ? given.catch(errorOf) : given;
    } catch (error) {
      return errorOf(error);
    }
  }

  #answer(exchange: Exchange, given: Given): Later<Outcome> {
    if (given === undefined) return this.#next.serve(exchange);
    if (given instanceof Error) {
      exchange.error = given;
      return Rcode.SERVFAIL;
    }
    const { reply, client, askedName } = exchange;
    const zone = quote(formatName(askedName));
    const serial = given[0]?.type === RRType.SOA ? soaSerial(given[0].rdata) : 0;
    if (given.length === 1) {
      reply.answer.push(...given);
      this.#log.info(
        `Outgoing noop, incremental transfer for up to date zone ${zone} to ${client.address} for ${serial} SOA serial`,
      );
    } else {
      const [answer = [], ...following] = messagesOf(given);
      reply.isAuthoritative = true;
      reply.answer = answer;
      reply.following = following;
      this.#log.info(
        `Outgoing transfer of ${given.length} records of zone ${zone} to ${client.address} for ${serial} SOA serial`,
      );
    }
    return reply.write(Rcode.NOERROR);
  }
}

/** The serial that an IXFR client has: its authority section is one SOA (RFC 1995 section 3). */
function serialOf(authority: readonly ResourceRecord[]): number | undefined {
  const [soa] = authority;
  if (soa?.type !== RRType.SOA || authority.length !== 1) return undefined;
  return soaSerial(soa.rdata);
}

function errorOf(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Cuts records into answer sections that fit a message. */
function messagesOf(records: readonly ResourceRecord[]): ResourceRecord[][] {
  const messages: ResourceRecord[][] = [];
  let message: ResourceRecord[] = [];
  let octets = 0;
  for (const record of records) {
    const length = record.name.length + RECORD_FIXED_OCTETS + record.rdata.length;
    if (message.length > 0 && octets + length > MESSAGE_OCTETS) {
      messages.push(message);
      message = [];
      octets = 0;
    }
    message.push(record);
    octets += length;
  }
  messages.push(message);
  return messages;
}

/** Makes transfer handlers. */
export const transferServing: ServingPlugin = {
  name: 'transfer',
  create: (options, next, context) =>
    new TransferHandler(options as TransferOptions, next, context),
};

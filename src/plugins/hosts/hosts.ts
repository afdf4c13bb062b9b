// Serving half of hosts: answers from a hosts file and from the Corefile (CoreDNS: plugin/hosts/hosts.go). Reads no files:
// records come from the control half over a channel, and are swapped whole.

import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import type { Name } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { DirectExchange } from '../../plugin/direct.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { fallsThrough, matchZone, zoneNames } from '../../plugin/zones.ts';
import { unpackRecords } from '../../zone/packed-records.ts';
import { type HostRecords, HostTable, hostHash } from './host-table.ts';
import type { HostsData, HostsOptions } from './options.ts';

/** What the handler takes from its thread. */
export type HostsContext = Pick<ServingContext, 'subscribe'>;

const NOTHING: readonly ResourceRecord[] = [];
const EMPTY_TABLE = new HostTable([]);

/** Answers A, AAAA and PTR. */
export class HostsHandler implements Handler {
  readonly name = 'hosts';
  readonly directRole: DirectRole = { kind: 'screen', passes: (direct) => this.#passes(direct) };
  readonly #next: Handler;
  readonly #zones: readonly Name[];
  readonly #fallthrough: readonly Name[] | undefined;
  readonly #isUnsupportedPassed: boolean;
  #file: HostTable = EMPTY_TABLE;
  #inline: HostTable = EMPTY_TABLE;
  #hasInline = false;

  constructor(options: HostsOptions, next: Handler, { subscribe }: HostsContext) {
    this.#next = next;
    this.#zones = zoneNames(options.zones);
    this.#fallthrough = options.fallthrough && zoneNames(options.fallthrough);
    this.#isUnsupportedPassed = options.isUnsupportedPassed;
    subscribe(options.channel, (data) => this.#take(data as HostsData));
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { name, type } = exchange;
    const isPointer = type === RRType.PTR;
    // Reverse zones need not be among the zones of the plugin.
    if (!isPointer && matchZone(this.#zones, name) === undefined) {
      return this.#next.serve(exchange);
    }
    const hash = hostHash(name);
    const file = this.#file.find(name, hash);
    const inline = this.#inline.find(name, hash);
    if (isPointer) return this.#answerPointer(exchange, file, inline);
    const isAddress = type === RRType.A || type === RRType.AAAA;
    if (!isAddress && this.#isUnsupportedPassed && fallsThrough(this.#fallthrough, name)) {
      return this.#next.serve(exchange);
    }
    if (hasAddresses(file) || hasAddresses(inline)) {
      return write(exchange, addressesOf(file, type), addressesOf(inline, type));
    }
    if (fallsThrough(this.#fallthrough, name)) return this.#next.serve(exchange);
    // There is no SOA to deny the name with.
    exchange.reply.isLocal = true;
    return Rcode.SERVFAIL;
  }

  /** Whether `serve` would surely pass such a query on. */
  #passes(direct: DirectExchange): boolean {
    const { name, nameLength, type } = direct;
    const isPointer = type === RRType.PTR;
    if (!isPointer && !direct.isInSome(this.#zones)) return true;
    if (this.#file.mayHold(name, nameLength) || this.#inline.mayHold(name, nameLength))
      return false;
    return isPointer || direct.fallsThrough(this.#fallthrough);
  }

  /** Others may know what this plugin does not, whatever fallthrough says. */
  #answerPointer(
    exchange: Exchange,
    file: HostRecords | undefined,
    inline: HostRecords | undefined,
  ): Later<Outcome> {
    const inFile = file?.pointers ?? NOTHING;
    const inCorefile = inline?.pointers ?? NOTHING;
    if (inFile.length + inCorefile.length === 0) return this.#next.serve(exchange);
    return write(exchange, inFile, inCorefile);
  }

  #take({ file, inline }: HostsData): void {
    if (file !== undefined) this.#file = new HostTable(unpackRecords(file));
    // The Corefile's own entries do not change: one table is enough.
    if (this.#hasInline) return;
    this.#hasInline = true;
    this.#inline = new HostTable(unpackRecords(inline));
  }
}

function hasAddresses(records: HostRecords | undefined): boolean {
  return records !== undefined && records.ipv4.length + records.ipv6.length > 0;
}

/** Nothing for types that are no addresses. */
function addressesOf(records: HostRecords | undefined, type: number): readonly ResourceRecord[] {
  if (type === RRType.A) return records?.ipv4 ?? NOTHING;
  return (type === RRType.AAAA ? records?.ipv6 : undefined) ?? NOTHING;
}

/** Answers with the file's records before those of the Corefile. */
function write(
  { reply }: Exchange,
  file: readonly ResourceRecord[],
  inline: readonly ResourceRecord[],
): Outcome {
  reply.isLocal = true;
  reply.isAuthoritative = true;
  reply.answer.push(...file, ...inline);
  return reply.write(Rcode.NOERROR);
}

/** Makes hosts handlers. */
export const hostsServing: ServingPlugin = {
  name: 'hosts',
  create: (options, next, context) => new HostsHandler(options as HostsOptions, next, context),
};

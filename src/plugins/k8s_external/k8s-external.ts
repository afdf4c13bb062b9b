// Serving half of k8s_external: names of services for clients outside the cluster, answered with external addresses
// (CoreDNS: plugin/k8s_external/external.go). The cluster is plugin kubernetes of the same block, asked by interface.

import { Rcode } from '../../dns/codes/rcode.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { isSubdomain, labelCount, type Name, parseName, ROOT } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import type { ExternalEntry } from '../../names/external-node.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { type ExternalNames, externalNamesOf } from '../../plugin/external-names.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { Reply } from '../../plugin/reply.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import type { ZoneSource } from '../../plugin/zone-source.ts';
import { fallsThrough, zoneNames } from '../../plugin/zones.ts';
import type { ExternalOptions } from './options.ts';
import {
  type AnswerStep,
  addressRecord,
  addressSteps,
  below,
  type ExtraStep,
  record,
  serviceSteps,
  soaRecord,
} from './records.ts';

/** A zone with the names that CoreDNS makes up in it. */
interface ExternalZone {
  readonly zone: Name;
  readonly labels: number;
  /** `dns.ZONE`: only name servers are below. */
  readonly subApex: Name;
  /** `ns1.dns.ZONE`. */
  readonly server: Name;
  readonly hostmaster: Name;
}

/** What the handler takes from its thread. */
export type ExternalContext = Pick<ServingContext, 'lookup' | 'handler'>;

/** Answers for the zones of one block. */
export class ExternalHandler implements Handler, ZoneSource {
  readonly name = 'k8s_external';
  readonly directRole: DirectRole;
  readonly #next: Handler;
  readonly #context: ExternalContext;
  readonly #zones: readonly ExternalZone[];
  readonly #ttl: number;
  readonly #fallthrough: readonly Name[] | undefined;
  readonly #names: ExternalNames;

  /** Throws without plugin kubernetes in the block; setup has said so before. */
  constructor(options: ExternalOptions, next: Handler, context: ExternalContext) {
    const names = externalNamesOf(context.handler('kubernetes'));
    if (names === undefined) throw new Error('plugin/k8s_external: kubernetes plugin not loaded');
    this.#names = names;
    this.#next = next;
    this.#context = context;
    this.#ttl = options.ttl;
    this.#fallthrough = options.fallthrough && zoneNames(options.fallthrough);
    this.#zones = options.zones.flatMap((zone) => externalZone(zone, options.apex));
    const zones = this.#zones.map(({ zone }) => zone);
    this.directRole = { kind: 'screen', passes: (direct) => !direct.isInSome(zones) };
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { name } = exchange;
    const zone = this.#zoneOf(name);
    if (zone === undefined) return this.#next.serve(exchange);
    // CoreDNS compares with every zone, so that one below another's name servers is hidden by them.
    if (
      this.#zones.some((each) => each.zone.length === name.length && isSubdomain(name, each.zone))
    ) {
      return this.#answerApex(exchange, zone);
    }
    if (this.#zones.some(({ subApex }) => isSubdomain(name, subApex))) {
      return this.#answerSubApex(exchange, zone);
    }
    if (exchange.type === RRType.PTR) {
      const owners = this.#names.owners(name, this.#zones[0]?.zone ?? ROOT);
      if (owners !== undefined) return this.#answerOwners(exchange, zone, owners);
    }
    const entries = this.#names.find(name, zone.zone.length);
    if (entries === undefined) return this.#answerMissing(exchange, zone);
    return this.#answerEntries(exchange, zone, entries);
  }

  /** A zone of this handler, whole: made by the control thread. */
  transfer(name: Name, serial: number): Later<readonly ResourceRecord[] | undefined> {
    const zone = this.#zoneOf(name);
    if (zone === undefined || zone.zone.length !== name.length) return undefined;
    const soa = this.#soa(zone);
    if (serial !== 0 && serial >= this.#names.serial) return [soa];
    const ttl = this.#ttl;
    const servers = [record(zone.zone, RRType.NS, ttl, zone.server), ...this.#serverRecords(zone)];
    return this.#names
      .zoneRecords({ zone: zone.zone, ttl })
      .then((names) => [soa, ...servers, ...names, soa]);
  }

  #zoneOf(name: Name): ExternalZone | undefined {
    let best: ExternalZone | undefined;
    for (const zone of this.#zones) {
      if (best !== undefined && zone.labels <= best.labels) continue;
      if (isSubdomain(name, zone.zone)) best = zone;
    }
    return best;
  }

  #answerApex({ reply, type, askedName }: Exchange, zone: ExternalZone): Outcome {
    if (type === RRType.SOA) reply.answer.push(this.#soa(zone));
    else if (type === RRType.NS) {
      reply.answer.push(record(zone.zone, RRType.NS, this.#ttl, zone.server));
      const labels = zone.server.subarray(0, zone.server.length - zone.zone.length);
      reply.additional.push(...this.#serverRecords(zone, below(labels, askedName)));
    } else reply.authority.push(this.#soa(zone));
    return answered(reply, Rcode.NOERROR);
  }

  /** `dns.ZONE` has nothing, `ns1.dns.ZONE` addresses, everything else there is missing. */
  #answerSubApex({ name, askedName, type, reply }: Exchange, zone: ExternalZone): Outcome {
    const depth = labelCount(name) - zone.labels;
    const isServer = depth === 2 && name[0] === 3 && isSubdomain(name, zone.server);
    if (isServer) {
      const addresses = this.#serverRecords(zone, askedName);
      reply.answer.push(...addresses.filter((address) => address.type === type));
    }
    if (reply.answer.length === 0) reply.authority.push(this.#soa(zone));
    return answered(reply, isServer || depth === 1 ? Rcode.NOERROR : Rcode.NXDOMAIN);
  }

  #answerMissing(exchange: Exchange, zone: ExternalZone): Later<Outcome> {
    if (fallsThrough(this.#fallthrough, exchange.name)) return this.#next.serve(exchange);
    exchange.reply.authority.push(this.#soa(zone));
    return answered(exchange.reply, Rcode.NXDOMAIN);
  }

  #answerOwners(exchange: Exchange, zone: ExternalZone, owners: readonly Name[]): Later<Outcome> {
    if (owners.length === 0) return this.#answerMissing(exchange, zone);
    const { askedName, reply } = exchange;
    const seen = new Set<string>();
    for (const owner of owners) {
      if (seen.has(owner.join())) continue;
      seen.add(owner.join());
      reply.answer.push(record(askedName, RRType.PTR, this.#ttl, owner));
    }
    return answered(reply, Rcode.NOERROR);
  }

  #answerEntries(
    exchange: Exchange,
    zone: ExternalZone,
    entries: readonly ExternalEntry[],
  ): Later<Outcome> {
    return after(this.#addEntries(exchange, zone, entries), () => {
      const { reply } = exchange;
      if (reply.answer.length === 0) reply.authority.push(this.#soa(zone));
      return answered(reply, Rcode.NOERROR);
    });
  }

  #addEntries(
    exchange: Exchange,
    zone: ExternalZone,
    entries: readonly ExternalEntry[],
  ): Later<void> {
    const { type, askedName } = exchange;
    if (type === RRType.SRV) return this.#addServices(exchange, zone, entries);
    if (type !== RRType.A && type !== RRType.AAAA) return undefined;
    return this.#addSteps(exchange, addressSteps(entries, type, askedName, this.#ttls));
  }

  /** Hosts are looked up by this server itself, one after the other. */
  #addSteps(exchange: Exchange, steps: readonly AnswerStep[], first = 0): Later<void> {
    const { reply, type } = exchange;
    for (let index = first; index < steps.length; index++) {
      const step = steps[index];
      if (step === undefined) continue;
      reply.answer.push(step.record);
      if (step.host === undefined) continue;
      const found = this.#context.lookup(exchange, step.host, type);
      if (found instanceof Promise) {
        return found.then((inner) => {
          addFound(reply, inner);
          return this.#addSteps(exchange, steps, index + 1);
        });
      }
      addFound(reply, found);
    }
  }

  #addServices(
    exchange: Exchange,
    { zone }: ExternalZone,
    entries: readonly ExternalEntry[],
  ): Later<void> {
    const { reply, askedName } = exchange;
    const { records, extras } = serviceSteps(entries, askedName, zone, this.#ttls);
    reply.answer.push(...records);
    if (extras.some(isName)) return this.#addExtras(exchange, extras);
    reply.additional.push(...extras.filter(isRecord));
  }

  /** Targets that are hosts get what this server finds for them, in both families. */
  async #addExtras(exchange: Exchange, extras: readonly ExtraStep[]): Promise<void> {
    const { additional } = exchange.reply;
    for (const extra of extras) {
      if (!isName(extra)) {
        additional.push(extra);
        continue;
      }
      for (const type of [RRType.A, RRType.AAAA]) {
        const found = await this.#context.lookup(exchange, extra, type);
        additional.push(...(found?.answer ?? []));
      }
    }
  }

  get #ttls(): { readonly address: number; readonly alias: number } {
    return { address: this.#ttl, alias: this.#names.ttl };
  }

  #serverRecords(zone: ExternalZone, owner: Name = zone.server): ResourceRecord[] {
    const addresses = this.#names.serverAddresses();
    return addresses.map((address) => addressRecord(owner, address, this.#ttl));
  }

  #soa(zone: ExternalZone): ResourceRecord {
    return soaRecord(zone, this.#names.serial, this.#ttl);
  }
}

/** A zone and its made-up names; none when one of them is no name. */
function externalZone(zoneText: string, apex: string): ExternalZone[] {
  const zone = parseName(zoneText);
  const dot = zoneText === '.' ? '' : zoneText;
  const subApex = parseName(`${apex}.${dot}`);
  const server = parseName(`ns1.${apex}.${dot}`);
  const hostmaster = parseName(`hostmaster.${apex}.${dot}`);
  if (zone === undefined || subApex === undefined) return [];
  if (server === undefined || hostmaster === undefined) return [];
  return [{ zone, labels: labelCount(zone), subApex, server, hostmaster }];
}

/** CoreDNS writes the reply with any code and returns success. */
function answered(reply: Reply, rcode: number): Outcome {
  reply.isAuthoritative = true;
  reply.write(rcode);
  return Rcode.NOERROR;
}

function addFound(reply: Reply, found: Reply | undefined): void {
  if (found === undefined) return;
  reply.answer.push(...found.answer);
  if (found.isTruncated) reply.isTruncated = true;
}

function isName(extra: ExtraStep): extra is Name {
  return extra instanceof Uint8Array;
}

function isRecord(extra: ExtraStep): extra is ResourceRecord {
  return !isName(extra);
}

/** Makes k8s_external handlers. */
export const externalServing: ServingPlugin = {
  name: 'k8s_external',
  create: (options, next, context) =>
    new ExternalHandler(options as ExternalOptions, next, context),
};

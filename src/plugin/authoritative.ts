// How a plugin that owns zones (file, auto, secondary) answers from one of them: look-up, aliases that leave the zone,
// fallthrough, sections and flags (CoreDNS: plugin/file/file.go, ServeDNS).

import { Rcode } from '../dns/codes/rcode.ts';
import { formatName, type Name } from '../dns/name.ts';
import { withTarget } from '../zone/aliases.ts';
import { lookupZone } from '../zone/lookup.ts';
import type { Zone } from '../zone/zone.ts';
import { type ZoneAnswer, ZoneResult } from '../zone/zone-answer.ts';
import type { Exchange } from './exchange.ts';
import { after, type Handler, type Later, type Outcome } from './handler.ts';
import type { ServingContext } from './serving.ts';
import { fallsThrough } from './zones.ts';

/** Self-lookups that one query may lead to; more is a loop (plugin/file/lookup.go). */
const MAX_ALIAS_DEPTH = 8;

/** What answering needs besides the zone. */
export interface AuthoritativeContext {
  readonly lookup: ServingContext['lookup'];
  readonly next: Handler;
  /** Zones whose missing names go to the next plugin; undefined without the option, empty for all names. */
  readonly fallthrough: readonly Name[] | undefined;
}

/** Answers a query from a zone that holds its name. */
export function answerFromZone(
  exchange: Exchange,
  zone: Zone,
  context: AuthoritativeContext,
): Later<Outcome> {
  if (exchange.depth > MAX_ALIAS_DEPTH) return Rcode.SERVFAIL;
  const { name, type, isDnssecOk } = exchange;
  const found = lookupZone(zone, { name, type, isDnssecOk });
  const { target, wildcard } = found;
  if (wildcard !== undefined) {
    exchange.metadata?.set('zone/wildcard', () => formatName(wildcard));
  }
  if (target !== undefined) {
    return after(context.lookup(exchange, target, type), (reply) =>
      write(exchange, withTarget(zone, found, reply, isDnssecOk)),
    );
  }
  if (isNothing(found) && fallsThrough(context.fallthrough, name)) {
    return context.next.serve(exchange);
  }
  return write(exchange, found);
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

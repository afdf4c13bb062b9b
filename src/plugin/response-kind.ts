// Sorts replies into the kinds that log filters by and cache stores by (CoreDNS: plugin/pkg/response, typify.go and
// classify.go). Looks at records only, not at bytes.

import { Opcode } from '../dns/codes/opcode.ts';
import { Rcode } from '../dns/codes/rcode.ts';
import { RRType } from '../dns/codes/rr-type.ts';
import type { ResourceRecord } from '../dns/record.ts';
import type { Reply } from './reply.ts';

/**
 * Kinds of replies. SERVERERROR is SERVFAIL or NOTIMP, NODATA a NOERROR with a SOA and no answer, DELEGATION a NOERROR
 * with NS records instead, META a NOTIFY or a transfer, OTHERERROR all else that is no success.
 */
export type ResponseKind =
  | 'NOERROR'
  | 'NXDOMAIN'
  | 'SERVERERROR'
  | 'NODATA'
  | 'DELEGATION'
  | 'META'
  | 'UPDATE'
  | 'OTHERERROR';

/** Coarser classes, as `log { class ... }` names them. */
export type ResponseClass = 'success' | 'denial' | 'error';

/** What of a query decides on the kind of its reply. */
export interface AskedKind {
  readonly opcode: number;
  readonly type: number;
}

/** Span of RRSIG times, which are serial numbers (RFC 4034 section 3.1.5). */
const HALF_SERIAL_SPACE = 2 ** 31;

/** The kind of a written reply; `nowSeconds` is Unix time, for signatures that have expired. */
export function responseKind(asked: AskedKind, reply: Reply, nowSeconds: number): ResponseKind {
  if (asked.opcode === Opcode.UPDATE) return 'UPDATE';
  if (asked.opcode === Opcode.NOTIFY) return 'META';
  if (asked.type === RRType.AXFR || asked.type === RRType.IXFR) return 'META';
  // Without DO in the reply's own OPT nobody validates.
  if (reply.edns?.isDnssecOk === true && hasExpiredSignature(reply, nowSeconds))
    return 'OTHERERROR';
  switch (reply.rcode) {
    case Rcode.NOERROR:
      return reply.answer.length > 0 ? 'NOERROR' : emptyKind(reply.authority);
    case Rcode.NXDOMAIN:
      return reply.answer.length > 0 ? 'OTHERERROR' : 'NXDOMAIN';
    case Rcode.SERVFAIL:
    case Rcode.NOTIMP:
      return 'SERVERERROR';
    default:
      return 'OTHERERROR';
  }
}

function emptyKind(authority: readonly ResourceRecord[]): ResponseKind {
  if (authority.some((record) => record.type === RRType.SOA)) return 'NODATA';
  return authority.some((record) => record.type === RRType.NS) ? 'DELEGATION' : 'NOERROR';
}

/** The class of a kind. */
export function responseClass(kind: ResponseKind): ResponseClass {
  switch (kind) {
    case 'NOERROR':
    case 'DELEGATION':
      return 'success';
    case 'NXDOMAIN':
    case 'NODATA':
      return 'denial';
    case 'SERVERERROR':
    case 'META':
    case 'UPDATE':
    case 'OTHERERROR':
      return 'error';
  }
}

function hasExpiredSignature(reply: Reply, nowSeconds: number): boolean {
  const isExpired = (record: ResourceRecord): boolean =>
    record.type === RRType.RRSIG && !isValidAt(record.rdata, nowSeconds);
  return (
    reply.answer.some(isExpired) ||
    reply.authority.some(isExpired) ||
    reply.additional.some(isExpired)
  );
}

/** Whether the inception (octets 12-15) and expiration (8-11) of an RRSIG enclose a time. */
function isValidAt(rdata: Uint8Array, nowSeconds: number): boolean {
  const view = new DataView(rdata.buffer, rdata.byteOffset, rdata.byteLength);
  const expiration = nearestTime(view.getUint32(8), nowSeconds);
  const inception = nearestTime(view.getUint32(12), nowSeconds);
  return inception <= nowSeconds && nowSeconds <= expiration;
}

/** Serial arithmetic as miekg/dns does it: a time more than 68 years away is taken as wrapped. */
function nearestTime(serial: number, nowSeconds: number): number {
  return serial + Math.trunc((serial - nowSeconds) / HALF_SERIAL_SPACE) * HALF_SERIAL_SPACE;
}

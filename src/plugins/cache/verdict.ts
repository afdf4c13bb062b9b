// Decides what becomes of a reply: whether and where it is stored, and with which TTL (CoreDNS: plugin/cache/cache.go, key and
// WriteMsg). Looks at one reply; storing is the handler's.

import { RRType } from '../../dns/codes/rr-type.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Reply } from '../../plugin/reply.ts';
import { type ResponseKind, responseKind } from '../../plugin/response-kind.ts';
import { answersQuestion } from './canonical-name.ts';
import type { StoreKind } from './metrics.ts';
import type { CacheBlock, StoreOptions } from './options.ts';
import { lowestTtl, MIN_REPLY_TTL_SECONDS } from './ttl.ts';

/** What becomes of a reply. */
export interface Verdict {
  readonly kind: ResponseKind;
  /** Undefined for what is not stored. */
  readonly store: StoreKind | undefined;
  /** The one TTL of all its records, also when it is not stored. */
  readonly ttlSeconds: number;
  /** Whether the answer section has what was asked for. */
  readonly isAnswering: boolean;
}

/** The options that a verdict goes by. */
export type VerdictOptions = Pick<CacheBlock, 'success' | 'denial' | 'servfailMs'>;

const MS_PER_SECOND = 1000;

/** Judges the written reply of an exchange; `nowSeconds` is Unix time. */
export function judgeReply(
  exchange: Exchange,
  options: VerdictOptions,
  nowSeconds: number,
): Verdict {
  const { reply } = exchange;
  const hasSoa = holdsSoa(reply);
  const typed = responseKind(exchange, reply, nowSeconds);
  const isAnswering = typed === 'NOERROR' && answersQuestion(reply.answer, exchange);
  // Aliases that lead to nothing are a denial when a SOA says so, and else no result at all.
  const isDangling = typed === 'NOERROR' && reply.answer.length > 0 && !isAnswering;
  const kind = isDangling && hasSoa ? 'NODATA' : typed;
  const isComplete = !reply.isTruncated && !(kind === 'NXDOMAIN' && !hasSoa);
  const isStored = isComplete && !(isDangling && !hasSoa);
  return {
    kind,
    isAnswering,
    store: isStored ? storeOf(kind) : undefined,
    ttlSeconds: ttlOf(kind, reply, options),
  };
}

/**
 * The TTL of a reply from local data, which is not judged: with a SOA it is taken for a denial, else for an answer. Allocates
 * nothing.
 */
export function localTtl(reply: Reply, { success, denial }: VerdictOptions): number {
  const limits = holdsSoa(reply) ? denial : success;
  return limited(lowestTtl(reply, limits.maxTtlSeconds), limits);
}

/** The TTLs, in seconds, that both stores leave as they are. */
export function untouchedTtls({ success, denial }: VerdictOptions): {
  readonly minTtl: number;
  readonly maxTtl: number;
} {
  return {
    minTtl: Math.max(success.minTtlSeconds, denial.minTtlSeconds),
    maxTtl: Math.min(success.maxTtlSeconds, denial.maxTtlSeconds),
  };
}

function holdsSoa({ authority }: Reply): boolean {
  return authority.some((record) => record.type === RRType.SOA);
}

function storeOf(kind: ResponseKind): StoreKind | undefined {
  switch (kind) {
    case 'NOERROR':
    case 'DELEGATION':
      return 'success';
    case 'NXDOMAIN':
    case 'NODATA':
    case 'SERVERERROR':
      return 'denial';
    case 'META':
    case 'UPDATE':
    case 'OTHERERROR':
      return undefined;
  }
}

function ttlOf(kind: ResponseKind, reply: Reply, options: VerdictOptions): number {
  switch (kind) {
    case 'NXDOMAIN':
    case 'NODATA':
      return limited(lowestTtl(reply, options.denial.maxTtlSeconds), options.denial);
    case 'SERVERERROR':
      return Math.trunc(options.servfailMs / MS_PER_SECOND);
    case 'NOERROR':
      return limited(lowestTtl(reply, options.success.maxTtlSeconds), options.success);
    default:
      return limited(MIN_REPLY_TTL_SECONDS, options.success);
  }
}

/** A TTL within the limits of a store; the maximum wins where it is below the minimum. */
export function limited(ttl: number, { minTtlSeconds, maxTtlSeconds }: StoreOptions): number {
  return Math.min(Math.max(ttl, minTtlSeconds), maxTtlSeconds);
}

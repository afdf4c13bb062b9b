// The options of a cache block with CoreDNS's checks and error texts (plugin/cache/setup.go). Errors of values have no file
// and line there, only wrong numbers of arguments do.

import { parseDuration } from '../../base/duration.ts';
import { parseInteger } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { OptionRow } from '../../plugin/options.ts';
import { type CacheBlock, defaultCacheBlock, type StoreOptions } from './options.ts';

const MS_PER_SECOND = 1000;
/** RFC 2308 section 7.1: failures are kept for five minutes at most. */
const MAX_FAILURE_MS = 300_000;
const MAX_TTL_SECONDS = 0xffff_ffff;
const DEFAULT_STALE_SECONDS = 3600;
const MIN_PERCENTAGE = 10;
const MAX_PERCENTAGE = 90;

/** A maximum TTL in seconds; must be positive. */
export function checkTtl(ttlSeconds: number): number {
  if (ttlSeconds <= 0) {
    throw new CorefileError(`cache TTL can not be zero or negative: ${ttlSeconds}`);
  }
  return ttlSeconds;
}

function integer(text: string): number {
  const number = parseInteger(text);
  if (typeof number === 'string') throw new CorefileError(number);
  return number;
}

/** `intro` stands before Go's text for what is no duration, `negative` is the error for what is below zero. */
function duration(text: string, negative: string, intro = ''): number {
  const ms = parseDuration(text);
  if (typeof ms === 'string') throw new CorefileError(`${intro}${ms}`);
  if (ms < 0 && negative !== '') throw new CorefileError(negative);
  return ms;
}

function readStore(store: StoreOptions, args: readonly string[]): void {
  const [capacity = '', maxTtl, minTtl] = args;
  store.capacity = integer(capacity);
  if (maxTtl !== undefined) store.maxTtlSeconds = checkTtl(integer(maxTtl));
  if (minTtl === undefined) return;
  const ttlSeconds = integer(minTtl);
  if (ttlSeconds < 0) throw new CorefileError(`cache min TTL can not be negative: ${ttlSeconds}`);
  store.minTtlSeconds = ttlSeconds;
}

function readPrefetch({ prefetch }: CacheBlock, args: readonly string[]): void {
  const [amount = '', span, percentage] = args;
  prefetch.amount = integer(amount);
  if (prefetch.amount < 0) {
    throw new CorefileError(`prefetch amount should be positive: ${prefetch.amount}`);
  }
  if (span !== undefined) prefetch.spanMs = duration(span, '');
  if (percentage !== undefined) prefetch.percentage = readPercentage(percentage);
}

function readPercentage(text: string): number {
  const last = text.at(-1) ?? '';
  if (last !== '%') {
    throw new CorefileError(`last character of percentage should be \`%\`, but is: '${last}'`);
  }
  const percentage = integer(text.slice(0, -1));
  if (percentage < MIN_PERCENTAGE || percentage > MAX_PERCENTAGE) {
    throw new CorefileError(`percentage should fall in range [10, 90]: ${percentage}`);
  }
  return percentage;
}

/** Each occurrence starts from the defaults, as in CoreDNS. */
function readStale(block: CacheBlock, args: readonly string[], at: Dispenser): void {
  const [upTo, word, ...rest] = args;
  const { stale } = block;
  block.hasStale = true;
  const { isPositivePreferred } = stale;
  Object.assign(stale, defaultCacheBlock().stale, { isPositivePreferred });
  stale.upToSeconds = DEFAULT_STALE_SECONDS;
  if (upTo !== undefined) {
    const ms = duration(upTo, 'invalid negative duration for serve_stale');
    stale.upToSeconds = Math.trunc(ms / MS_PER_SECOND);
  }
  if (word === undefined) return;
  const mode = word.toLowerCase();
  if (mode !== 'immediate' && mode !== 'verify') {
    throw new CorefileError(`invalid value for serve_stale refresh mode: ${mode}`);
  }
  stale.isVerified = mode === 'verify';
  const timeout = stale.isVerified ? rest.shift() : undefined;
  if (timeout !== undefined) stale.verifyTimeoutMs = readVerifyTimeout(timeout);
  const [ttl, recheck, ...others] = rest;
  if (others.length > 0) throw at.argErr();
  if (ttl !== undefined) stale.ttlSeconds = readStaleTtl(ttl);
  if (recheck !== undefined) stale.recheckMs = readRecheck(recheck);
}

function readVerifyTimeout(text: string): number {
  const negative = 'invalid negative timeout for serve_stale verify';
  return duration(text, negative, 'invalid serve_stale verify timeout: ');
}

function readStaleTtl(text: string): number {
  const negative = 'invalid negative response TTL for serve_stale';
  const seconds = duration(text, negative, 'invalid serve_stale response TTL: ') / MS_PER_SECOND;
  if (!Number.isInteger(seconds)) {
    throw new CorefileError('serve_stale response TTL must be a whole number of seconds');
  }
  if (seconds > MAX_TTL_SECONDS) {
    throw new CorefileError('serve_stale response TTL exceeds the DNS TTL range');
  }
  return seconds;
}

function readRecheck(text: string): number {
  const negative = 'invalid negative failure recheck for serve_stale';
  const ms = duration(text, negative, 'invalid serve_stale failure recheck: ');
  if (ms > MAX_FAILURE_MS) {
    throw new CorefileError('serve_stale failure recheck cannot exceed 5 minutes');
  }
  return ms;
}

function readPolicy(block: CacheBlock, [word = '']: readonly string[]): void {
  if (block.hasStalePolicy) {
    throw new CorefileError('serve_stale_policy can only be specified once');
  }
  block.hasStalePolicy = true;
  if (word.toLowerCase() !== 'prefer_positive') {
    throw new CorefileError(`invalid serve_stale_policy: ${word}`);
  }
  block.stale.isPositivePreferred = true;
}

function readServfail(block: CacheBlock, [text = '']: readonly string[]): void {
  const ms = duration(text, 'invalid negative ttl for servfail');
  if (ms > MAX_FAILURE_MS) {
    throw new CorefileError('caching SERVFAIL responses over 5 minutes is not permitted');
  }
  block.servfailMs = ms;
}

/** The last line of a kind wins; what is no name is kept out of the lists when they are used. */
function readDisable(block: CacheBlock, args: readonly string[]): void {
  const [kind, ...zones] = args;
  if (kind !== 'success' && kind !== 'denial') {
    throw new CorefileError('cache type for disable must be "success" or "denial"');
  }
  block[kind].disabledZones = zones.length === 0 ? ['.'] : zones.map((zone) => zone.toLowerCase());
}

/** Options of the block. */
export const cacheRows: readonly OptionRow<CacheBlock>[] = [
  {
    name: 'success',
    args: 'CAPACITY [TTL] [MINTTL] [IGNORED...]',
    parse: (block, args) => readStore(block.success, args),
    default: '10000 3600 5',
    doc: 'room for answers, their longest and their shortest TTL in seconds.',
  },
  {
    name: 'denial',
    args: 'CAPACITY [TTL] [MINTTL] [IGNORED...]',
    parse: (block, args) => readStore(block.denial, args),
    default: '10000 1800 5',
    doc: 'the same for denials: NXDOMAIN and replies without data.',
  },
  {
    name: 'prefetch',
    args: 'AMOUNT [DURATION] [PERCENTAGE%]',
    parse: readPrefetch,
    default: '0 1m 10%',
    doc: 'fetches an entry again in the background when it had AMOUNT hits without a pause longer than DURATION, and at most PERCENTAGE (10 to 90) of its TTL is left; `0` never does.',
  },
  {
    name: 'serve_stale',
    args: '[DURATION] [MODE] [...]',
    parse: readStale,
    doc: 'answers with expired entries, up to DURATION (default `1h`) after their expiry; see below.',
  },
  {
    name: 'serve_stale_policy',
    args: 'prefer_positive',
    parse: readPolicy,
    doc: 'an answer, even a stale one, wins over a denial; needs `serve_stale`.',
  },
  {
    name: 'servfail',
    args: 'DURATION',
    parse: readServfail,
    default: '5s',
    doc: 'how long SERVFAIL and NOTIMP are kept, at most five minutes; `0` never keeps them.',
  },
  {
    name: 'disable',
    args: 'success|denial [ZONES...]',
    parse: readDisable,
    doc: 'does not store answers, or denials, for names in ZONES (default all).',
  },
  {
    name: 'keepttl',
    args: '',
    parse(block) {
      block.isTtlKept = true;
    },
    doc: 'hits show the TTL of the first reply, not what is left of it.',
  },
];

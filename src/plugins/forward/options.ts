// What the control half of forward hands to its handlers, and the block's options with CoreDNS's checks and error texts
// (plugin/forward/setup.go).

import { formatDuration, parseDuration } from '../../base/duration.ts';
import { parseInteger, quote } from '../../base/go-text.ts';
import { parseIp } from '../../base/ip.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import { normalizeZones } from '../../corefile/server-key.ts';
import { Rcode, rcodeCode } from '../../dns/codes/rcode.ts';
import { parseName } from '../../dns/name.ts';
import type { OptionRow } from '../../plugin/options.ts';
import { splitHostPort } from '../../upstream/address.ts';
import type { DohMethod } from '../../upstream/https-connection.ts';
import { POLICIES, type PolicyName } from '../../upstream/policy.ts';
import type { TlsMaterial } from '../../upstream/tls-client.ts';
import type { Target } from './target.ts';

/** The options that are the same in a block and in a handler. Durations in milliseconds. */
export interface ForwardBlock {
  /** Zones below FROM that are not forwarded; absolute, lower case. */
  readonly except: string[];
  policy: PolicyName;
  isTcpForced: boolean;
  isUdpPreferred: boolean;
  expireMs: number;
  /** 0 for no limit. */
  maxAgeMs: number;
  /** 0 for no limit. */
  maxIdle: number;
  readTimeoutMs: number;
  /** 0: upstreams are never down and never probed. */
  maxFails: number;
  /** Undefined: twice the number of upstreams; 0 for no limit. */
  maxAttempts: number | undefined;
  healthIntervalMs: number;
  isHealthRecursive: boolean;
  /** Absolute name. */
  healthDomain: string;
  /** 0 for no limit. */
  maxConcurrent: number;
  /** Response codes that make the next forward stanza answer. */
  readonly nextRcodes: number[];
  isNextOnNoData: boolean;
  /** Response codes that make the next upstream answer. */
  readonly failoverRcodes: number[];
  isFailfast: boolean;
  sourceAddress: string | undefined;
  /** Arguments of `tls`, file names; only the setup looks at them. */
  tlsFiles: readonly string[];
  /** Name that certificates must be for; '' for what the target says, else its address. */
  tlsServerName: string;
  dohMethod: DohMethod;
  /** DNS servers for host names among the upstreams, `IP` or `IP:port`; only the setup looks at them. */
  resolvers: readonly string[];
}

/** Options of one forward handler. */
export interface ForwardOptions extends ForwardBlock {
  /** Absolute, lower case. */
  readonly from: string;
  /** What the arguments come to when the configuration is loaded. */
  readonly upstreams: readonly Target[];
  /** Where later lists come (`readonly Target[]`); undefined when no argument is a file. */
  readonly channel: string | undefined;
  /** Absent when no upstream is asked over TLS. */
  readonly tls?: TlsMaterial;
}

/** The options of a stanza without a block. */
export function defaultForwardBlock(): ForwardBlock {
  return {
    except: [],
    policy: 'random',
    isTcpForced: false,
    isUdpPreferred: false,
    expireMs: 10_000,
    maxAgeMs: 0,
    maxIdle: 0,
    readTimeoutMs: 2000,
    maxFails: 2,
    maxAttempts: undefined,
    healthIntervalMs: 500,
    isHealthRecursive: true,
    healthDomain: '.',
    maxConcurrent: 0,
    nextRcodes: [],
    isNextOnNoData: false,
    failoverRcodes: [],
    isFailfast: false,
    sourceAddress: undefined,
    tlsFiles: [],
    tlsServerName: '',
    dohMethod: 'POST',
    resolvers: [],
  };
}

const NS_PER_MS = 1_000_000;

function duration(text = ''): number {
  const ms = parseDuration(text);
  if (typeof ms === 'string') throw new CorefileError(ms);
  return ms;
}

function notNegative(name: string, text = ''): number {
  const ms = duration(text);
  if (ms < 0) throw new CorefileError(`${name} can't be negative: ${formatDuration(ms)}`);
  return ms;
}

function unsigned(text = ''): number {
  const number = parseInteger(text, { function: 'ParseUint', bits: 32 });
  if (typeof number === 'string') throw new CorefileError(number);
  return number;
}

function count(name: string, text = ''): number {
  const number = parseInteger(text);
  if (typeof number === 'string') throw new CorefileError(number);
  if (number < 0) throw new CorefileError(`${name} can't be negative: ${number}`);
  return number;
}

function rcode(text: string): number {
  const code = rcodeCode(text);
  if (code === undefined) throw new CorefileError(`${text} is not a valid rcode`);
  return code;
}

function failoverRcode(text: string): number {
  const code = rcode(text);
  if (code === Rcode.NOERROR) throw new CorefileError('NoError cannot be used in failover');
  return code;
}

function readHealthCheck(block: ForwardBlock, args: readonly string[], at: Dispenser): void {
  const [interval = '', ...words] = args;
  const ms = duration(interval);
  if (ms < 0) throw new CorefileError(`health_check can't be negative: ${ms * NS_PER_MS}`);
  block.healthIntervalMs = ms;
  block.healthDomain = '.';
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === 'no_rec') block.isHealthRecursive = false;
    else if (word === 'domain') block.healthDomain = healthDomain(words.shift(), at);
    else throw new CorefileError(`health_check: unknown option ${word}`);
  }
}

function healthDomain(text: string | undefined, at: Dispenser): string {
  if (text === undefined) throw at.argErr();
  if (parseName(text) === undefined) {
    throw new CorefileError(`health_check: invalid domain name ${text}`);
  }
  return text.toLowerCase();
}

function readPolicy(text: string | undefined, at: Dispenser): PolicyName {
  const policy = POLICIES.find((name) => name === text);
  if (policy === undefined) throw at.err(`unknown policy '${text}'`);
  return policy;
}

function readResolver(text: string): string {
  const place = splitHostPort(text);
  const isPlace = place !== undefined && parseIp(place.host) !== undefined;
  if (!isPlace && parseIp(text) === undefined) {
    throw new CorefileError(`resolver must be an IP address or IP:port: ${quote(text)}`);
  }
  return text;
}

function readMethod(text: string | undefined): DohMethod {
  if (text === 'POST' || text === 'GET') return text;
  throw new CorefileError('doh_method must be either POST or GET');
}

/** Options of the block. */
export const forwardRows: readonly OptionRow<ForwardBlock>[] = [
  {
    name: 'except',
    args: 'NAMES...',
    parse: (block, names) => void block.except.push(...names.flatMap(normalizeZones)),
    doc: 'names that are not forwarded, nor what is below them. FROM itself is always forwarded.',
  },
  {
    name: 'force_tcp',
    args: '',
    parse(block) {
      block.isTcpForced = true;
    },
    doc: 'asks over TCP even when the client came over UDP.',
  },
  {
    name: 'prefer_udp',
    args: '',
    parse(block) {
      block.isUdpPreferred = true;
    },
    doc: 'asks over UDP first even when the client came over TCP, and again over TCP when the reply is truncated.',
  },
  {
    name: 'expire',
    args: 'DURATION',
    parse(block, [text]) {
      block.expireMs = notNegative('expire', text);
    },
    default: '10s',
    leavesExtraWords: true,
    doc: 'closes connections that were idle for so long.',
  },
  {
    name: 'max_age',
    args: 'DURATION',
    parse(block, [text]) {
      block.maxAgeMs = notNegative('max_age', text);
    },
    default: '0s',
    leavesExtraWords: true,
    doc: 'gives connections of that age no more queries; `0s` has no limit.',
  },
  {
    name: 'max_idle_conns',
    args: 'N',
    parse(block, [text]) {
      block.maxIdle = count('max_idle_conns', text);
    },
    default: '0',
    leavesExtraWords: true,
    doc: 'keeps at most so many idle connections an upstream and protocol; `0` has no limit.',
  },
  {
    name: 'read_timeout',
    args: 'DURATION',
    parse(block, [text]) {
      const ms = duration(text);
      if (ms <= 0) {
        throw new CorefileError(`read_timeout must be positive: ${formatDuration(ms)}`);
      }
      block.readTimeoutMs = ms;
    },
    default: '2s',
    leavesExtraWords: true,
    doc: 'how long to wait for the reply of one upstream.',
  },
  {
    name: 'max_fails',
    args: 'N',
    parse(block, [text]) {
      block.maxFails = unsigned(text);
    },
    default: '2',
    leavesExtraWords: true,
    doc: 'an upstream is down after more than N failed health checks in a row; `0` never probes.',
  },
  {
    name: 'max_connect_attempts',
    args: 'N',
    parse(block, [text]) {
      block.maxAttempts = unsigned(text);
    },
    leavesExtraWords: true,
    doc: 'most failed attempts a query, default twice the number of upstreams; `0` has no limit but the five seconds that a query may take.',
  },
  {
    name: 'tls',
    args: '[CERT [KEY [CA]]]',
    parse(block, files) {
      block.tlsFiles = files;
    },
    doc: 'PEM files for upstreams over TLS and HTTPS: `CA` alone, `CERT KEY`, or `CERT KEY CA`. Without CA, the authorities that the machine trusts.',
  },
  {
    name: 'tls_servername',
    args: 'NAME',
    parse(block, [name = '']) {
      block.tlsServerName = name;
    },
    leavesExtraWords: true,
    doc: 'name that the certificates of the upstreams must be for, sent to them too (SNI). Without it, the address of the upstream.',
  },
  {
    name: 'doh_method',
    args: 'METHOD',
    parse(block, [method]) {
      block.dohMethod = readMethod(method);
    },
    default: 'POST',
    leavesExtraWords: true,
    doc: 'how upstreams over HTTPS are asked, `POST` or `GET`.',
  },
  {
    name: 'policy',
    args: 'POLICY',
    parse(block, [text], at) {
      block.policy = readPolicy(text, at);
    },
    default: 'random',
    leavesExtraWords: true,
    doc: 'the order of upstreams: `random`, `round_robin` or `sequential`.',
  },
  {
    name: 'health_check',
    args: 'DURATION [OPTION...]',
    parse: readHealthCheck,
    default: '500ms',
    doc: 'how often a failed upstream is probed. `no_rec` probes with RD=0, `domain FQDN` for another name than `.`.',
  },
  {
    name: 'max_concurrent',
    args: 'N',
    parse(block, [text]) {
      block.maxConcurrent = count('max_concurrent', text);
    },
    default: '0',
    leavesExtraWords: true,
    doc: 'refuses queries while N others wait for upstreams (in one serving thread); `0` has no limit.',
  },
  {
    name: 'next',
    args: 'RCODE...',
    parse: (block, words) => void block.nextRcodes.push(...words.map(rcode)),
    doc: 'response codes on which the next *forward* of the block is asked.',
  },
  {
    name: 'next_on_nodata',
    args: '',
    parse(block) {
      block.isNextOnNoData = true;
    },
    doc: 'asks the next *forward* of the block when the reply has no answer although there was no error.',
  },
  {
    name: 'failover',
    args: 'RCODE...',
    parse: (block, words) => void block.failoverRcodes.push(...words.map(failoverRcode)),
    doc: 'response codes on which the next upstream is asked; the last one is taken as it is.',
  },
  {
    name: 'failfast_all_unhealthy_upstreams',
    args: '',
    parse(block) {
      block.isFailfast = true;
    },
    doc: 'answers SERVFAIL at once when all upstreams are down, instead of trying one of them.',
  },
  {
    name: 'source_address',
    args: 'IP',
    parse(block, [text = ''], at) {
      if (parseIp(text) === undefined) throw at.err(`invalid IP address: ${text}`);
      block.sourceAddress = text;
    },
    leavesExtraWords: true,
    doc: 'local address to ask from.',
  },
  {
    name: 'resolver',
    args: 'ADDRESS...',
    parse(block, words) {
      block.resolvers = words.map(readResolver);
    },
    doc: 'DNS servers (`IP` or `IP:port`) for upstreams that are given by host name.',
  },
];

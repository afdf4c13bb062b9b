// What the control half of hosts hands to its handler, and the block's options (CoreDNS: plugin/hosts/setup.go).

import { parseDuration } from '../../base/duration.ts';
import { parseInteger } from '../../base/go-text.ts';
import { normalizeZones } from '../../corefile/server-key.ts';
import type { OptionRow } from '../../plugin/options.ts';

/** Options of one handler. The records come over the channel (HostsData). */
export interface HostsOptions {
  /** Absolute, lower case. */
  readonly zones: readonly string[];
  /** Undefined without the option, empty for all names. */
  readonly fallthrough: readonly string[] | undefined;
  /** Whether types other than A, AAAA and PTR fall through even for names that are there. */
  readonly isUnsupportedPassed: boolean;
  readonly channel: string;
}

/** What is published: packed records (zone/packed-records.ts) of the file and of the Corefile. */
export interface HostsData {
  /** Undefined until the file was there. */
  readonly file: SharedArrayBuffer | undefined;
  readonly inline: SharedArrayBuffer;
}

/** What the block says. */
export interface HostsBlock {
  ttlSeconds: number;
  /** 0 never reads the file again. */
  reloadMs: number;
  hasReverse: boolean;
  fallthrough: readonly string[] | undefined;
  isUnsupportedPassed: boolean;
  /** Lines of the hosts file's form that stand in the Corefile. */
  readonly inline: string[];
}

const MAX_TTL = 65_535;

/** The options of a stanza without a block. */
export function defaultHostsBlock(): HostsBlock {
  return {
    ttlSeconds: 3600,
    reloadMs: 5000,
    hasReverse: true,
    fallthrough: undefined,
    isUnsupportedPassed: false,
    inline: [],
  };
}

/** Options of the block. Any other word begins an inline entry (setup.ts). */
export const hostsRows: readonly OptionRow<HostsBlock>[] = [
  {
    name: 'ttl',
    args: '[SECONDS] [IGNORED...]',
    parse(block, [text], at) {
      if (text === undefined) throw at.err('ttl needs a time in second');
      const ttl = parseInteger(text);
      if (typeof ttl === 'string') throw at.err('ttl needs a number of second');
      if (ttl <= 0 || ttl > MAX_TTL) throw at.err('ttl provided is invalid');
      block.ttlSeconds = ttl;
    },
    default: '3600',
    doc: 'TTL of all records, 1 to 65535.',
  },
  {
    name: 'no_reverse',
    args: '',
    parse(block) {
      block.hasReverse = false;
    },
    leavesExtraWords: true,
    doc: 'makes no PTR records.',
  },
  {
    name: 'reload',
    args: '[DURATION...]',
    parse(block, [text, ...others], at) {
      if (text === undefined || others.length > 0) {
        throw at.err('reload needs a duration (zero seconds to disable)');
      }
      const ms = parseDuration(text);
      if (typeof ms === 'string') throw at.err(`invalid duration for reload '${text}'`);
      if (ms < 0) throw at.err(`invalid negative duration for reload '${text}'`);
      block.reloadMs = ms;
    },
    default: '5s',
    doc: 'how often the file is looked at; it is read again when its modification time or its size has changed. `0s` never looks again.',
  },
  {
    name: 'fallthrough',
    args: '[ZONES...]',
    parse(block, zones) {
      block.fallthrough = zones.flatMap(normalizeZones);
    },
    doc: 'passes queries for names that are not there (in ZONES, default all) to the next plugin. Inline entries stand before it.',
  },
  {
    name: 'fallthrough_unsupported',
    args: '',
    parse(block) {
      block.isUnsupportedPassed = true;
    },
    doc: 'passes types other than A, AAAA and PTR to the next plugin even for names that are there; needs `fallthrough`.',
  },
];

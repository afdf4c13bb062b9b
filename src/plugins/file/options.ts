// What the control half of file hands to its handlers, and the block's options (CoreDNS: plugin/file/setup.go).

import { parseDuration } from '../../base/duration.ts';
import { CorefileError } from '../../corefile/error.ts';
import { normalizeZones } from '../../corefile/server-key.ts';
import type { OptionRow } from '../../plugin/options.ts';

/** One zone of a handler. Its data comes over the channel as packed records (zone/packed-records.ts). */
export interface FileZoneOptions {
  /** Absolute, lower case. */
  readonly origin: string;
  readonly channel: string;
}

/** Options of one file handler. */
export interface FileOptions {
  /** The last one wins where an origin stands twice. */
  readonly zones: readonly FileZoneOptions[];
  /** Undefined without the option, empty for all names. */
  readonly fallthrough: readonly string[] | undefined;
}

/** What the blocks of all stanzas say; a later stanza starts with the values of the one before, as CoreDNS has it. */
export interface FileBlock {
  /** 0 switches reloading off. */
  reloadMs: number;
  isReloadedByMtime: boolean;
  fallthrough: readonly string[] | undefined;
}

const DEFAULT_RELOAD_MS = 60_000;

/** The options of a stanza that has no block. */
export function defaultFileBlock(): FileBlock {
  return { reloadMs: DEFAULT_RELOAD_MS, isReloadedByMtime: false, fallthrough: undefined };
}

/** Options of the block. */
export const fileRows: readonly OptionRow<FileBlock>[] = [
  {
    name: 'reload',
    args: '[DURATION...]',
    parse(block, [duration]) {
      if (duration === undefined) throw new CorefileError('reload duration value is expected');
      const reloadMs = parseDuration(duration);
      // CoreDNS puts its prefix before this error twice.
      if (typeof reloadMs === 'string') throw new CorefileError(`plugin/file: ${reloadMs}`);
      block.reloadMs = reloadMs;
    },
    default: '1m',
    doc: 'how often the file is looked at for a new SOA serial; `0` never looks again.',
  },
  {
    name: 'reload_by_mtime',
    args: '',
    parse(block) {
      block.isReloadedByMtime = true;
    },
    leavesExtraWords: true,
    doc: 'reloads when the file has a new modification time instead of a new serial.',
  },
  {
    name: 'fallthrough',
    args: '[ZONES...]',
    parse(block, zones) {
      block.fallthrough = zones.flatMap(normalizeZones);
    },
    doc: 'passes queries for names that do not exist (in ZONES, default all) to the next plugin.',
  },
  {
    name: 'upstream',
    args: '[ANY...]',
    parse() {
      // Older Corefiles name resolvers here; aliases are always resolved by this server.
    },
    doc: 'accepted and ignored.',
  },
];

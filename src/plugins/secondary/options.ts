// Options of secondary as rows of one table (CoreDNS: plugin/secondary/setup.go, plugin/pkg/parse).

import { quote } from '../../base/go-text.ts';
import { CorefileError } from '../../corefile/error.ts';
import { normalizeZones } from '../../corefile/server-key.ts';
import { addressAndPort, type HostPort } from '../../plugin/host-port.ts';
import type { OptionRow } from '../../plugin/options.ts';

/** Options of the handler. */
export interface SecondaryOptions {
  /** Where the zones come from (plugin/zone-set.ts). */
  readonly channel: string;
  /** Where notifications go: a NotifyQuestion. */
  readonly notifyChannel: string;
  /** Undefined without the option, empty for all names. */
  readonly fallthrough: readonly string[] | undefined;
}

/** A primary says that a zone has changed. */
export interface NotifyQuestion {
  readonly origin: Uint8Array;
  readonly client: string;
}

/** What the block of a stanza says. */
export interface SecondaryBlock {
  readonly primaries: HostPort[];
  hasTransfer: boolean;
  /** Member zones that a catalog may bring (empty: any); undefined when the zones are no catalogs. */
  catalog: readonly string[] | undefined;
  fallthrough: readonly string[] | undefined;
}

const DNS_PORT = '53';

/** Options of a stanza's block. */
export const secondaryRows: readonly OptionRow<SecondaryBlock>[] = [
  {
    name: 'transfer',
    args: '[from ADDRESS...]',
    parse(block, [word, ...addresses], dispenser) {
      if (word === undefined) throw dispenser.argErr();
      if (word !== 'from') throw dispenser.err(`unknown property ${word}`);
      if (addresses.length === 0) throw dispenser.argErr();
      block.primaries.push(...addresses.map(readPrimary));
      block.hasTransfer = true;
    },
    doc: 'the primaries, with a port or without: asked in this order, over TCP; their NOTIFY counts. Required.',
  },
  {
    name: 'catalog',
    args: '[ZONES...]',
    parse(block, zones) {
      block.catalog = mergedMembers(block.catalog, zones.flatMap(memberZones));
    },
    doc: 'the zones are catalogs (RFC 9432), whose member zones are fetched from the same primaries: all, or those in ZONES.',
  },
  {
    name: 'fallthrough',
    args: '[ZONES...]',
    parse(block, zones) {
      block.fallthrough = zones.flatMap(normalizeZones);
    },
    doc: 'passes queries for names that do not exist (in ZONES, default all) to the next plugin.',
  },
];

function readPrimary(text: string): HostPort {
  if (text === '*') throw new CorefileError("can't use '*' in transfer from");
  const place = addressAndPort(text, DNS_PORT);
  if (typeof place === 'string') throw new CorefileError(place);
  return place;
}

function memberZones(text: string): string[] {
  const zones = normalizeZones(text);
  if (zones.length === 0) throw new CorefileError(`invalid catalog member zone ${quote(text)}`);
  return zones;
}

/** Lists add up; a list without zones stands for all of them, whatever else is said. */
export function mergedMembers(
  known: readonly string[] | undefined,
  zones: readonly string[],
): readonly string[] {
  if (known === undefined) return [...new Set(zones)];
  return known.length === 0 || zones.length === 0 ? [] : [...new Set([...known, ...zones])];
}

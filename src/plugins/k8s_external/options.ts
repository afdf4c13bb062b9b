// Options of k8s_external as rows of one table (CoreDNS: plugin/k8s_external/setup.go).

import { parseInteger } from '../../base/go-text.ts';
import { CorefileError } from '../../corefile/error.ts';
import { normalizeZones } from '../../corefile/server-key.ts';
import type { OptionRow } from '../../plugin/options.ts';

/** Options of the handler. */
export interface ExternalOptions {
  /** Absolute, lower case. */
  readonly zones: readonly string[];
  /** Label of the name servers' subdomain, as written; may be several labels. */
  readonly apex: string;
  /** Seconds. */
  readonly ttl: number;
  /** Undefined without the option, empty for all names. */
  readonly fallthrough: readonly string[] | undefined;
}

/** What the blocks of all stanzas say. */
export interface ExternalBlock {
  apex: string;
  ttl: number;
  hasHeadless: boolean;
  fallthrough: readonly string[] | undefined;
}

const MAX_TTL = 3600;

/** A block without options. */
export function defaultExternalBlock(): ExternalBlock {
  return { apex: 'dns', ttl: 5, hasHeadless: false, fallthrough: undefined };
}

/** Options of the block; words too many are passed over, as CoreDNS does. */
export const externalRows: readonly OptionRow<ExternalBlock>[] = [
  {
    name: 'apex',
    args: 'NAME [IGNORED...]',
    parse(block, [name = '']) {
      block.apex = name;
    },
    default: 'dns',
    doc: 'the subdomain of the name servers: `ns1.NAME` in each zone.',
  },
  {
    name: 'ttl',
    args: 'SECONDS [IGNORED...]',
    parse(block, [text = ''], dispenser) {
      const ttl = parseInteger(text);
      if (typeof ttl === 'string') throw new CorefileError(ttl);
      if (ttl < 0 || ttl > MAX_TTL) throw dispenser.err(`ttl must be in range [0, 3600]: ${ttl}`);
      block.ttl = ttl;
    },
    default: '5',
    doc: 'TTL of address, PTR, NS and SOA records, 0 to 3600; SRV and CNAME records have that of the _kubernetes_ plugin.',
  },
  {
    name: 'headless',
    args: '',
    leavesExtraWords: true,
    parse(block) {
      block.hasHeadless = true;
    },
    doc: 'answers for the endpoints of services without external addresses, too: headless services by all of them, each endpoint by `ENDPOINT.SERVICE.NAMESPACE`.',
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

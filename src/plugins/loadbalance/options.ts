// What the control half of loadbalance hands to its handler, and the options of its blocks (CoreDNS:
// plugin/loadbalance/setup.go).

import { parseDuration } from '../../base/duration.ts';
import { quote } from '../../base/go-text.ts';
import { type Cidr, parseCidr } from '../../base/ip.ts';
import type { OptionRow } from '../../plugin/options.ts';

/** Options of the one handler. */
export interface LoadbalanceOptions {
  /** Where the weights come from (weights.ts); undefined for random order. */
  readonly weightsChannel: string | undefined;
  /** Blocks of addresses that go first, in this order. */
  readonly preferred: readonly Cidr[];
}

/** The block of `round_robin`. */
export interface RoundRobinBlock {
  readonly preferred: Cidr[];
}

/** The block of `weighted`. */
export interface WeightedBlock {
  /** Milliseconds between two looks at the file; 0 or less looks once. */
  reloadMs: number;
}

/** How often a weight file is read without the option. */
export const DEFAULT_RELOAD_MS = 30_000;

/** Options of `round_robin`. */
export const roundRobinRows: readonly OptionRow<RoundRobinBlock>[] = [
  {
    name: 'prefer',
    args: '[CIDR...]',
    parse(block, args, at) {
      for (const text of args) {
        const cidr = parseCidr(text);
        if (cidr === undefined) {
          throw at.err(`invalid CIDR ${quote(text)}: invalid CIDR address: ${text}`);
        }
        block.preferred.push(cidr);
      }
    },
    doc: 'puts addresses inside these blocks first, in the order of the blocks.',
  },
];

/** Options of `weighted`. */
export const weightedRows: readonly OptionRow<WeightedBlock>[] = [
  {
    name: 'reload',
    args: '[DURATION...]',
    parse(block, [text, ...others], at) {
      if (text === undefined) throw at.err('reload duration value is missing');
      if (others.length > 0) throw at.err('unexpected argument');
      const ms = parseDuration(text);
      if (typeof ms === 'string') throw at.err(`invalid reload duration '${text}'`);
      block.reloadMs = ms;
    },
    default: '30s',
    doc: 'how often the file is read again; `0s` reads it once.',
  },
];

// The orders that loadbalance gives to a section (CoreDNS: plugin/loadbalance/{loadbalance,prefer,weighted}.go). Every function
// returns records in a new array, or the given one when nothing moves.

import { type Cidr, cidrContains } from '../../base/ip.ts';
import { formatName } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { randomBelow, randomUint32 } from '../../upstream/random.ts';
import { groupRecords, isAddress } from './record-groups.ts';
import type { Weights } from './weights.ts';

/** Of an address that is not in the file. */
const DEFAULT_WEIGHT = 1;

/** Aliases, then what is no address, then addresses and MX records, both shuffled. */
export function shuffledSection(records: ResourceRecord[]): ResourceRecord[] {
  if (records.length <= 1) return records;
  // Most sections are addresses only: no groups needed.
  if (records.every(isAddress)) return shuffle(records.slice());
  const { aliases, addresses, mailExchanges, others } = groupRecords(records);
  return [...aliases, ...others, ...shuffle(addresses), ...shuffle(mailExchanges)];
}

/** Shuffles in place (Fisher-Yates); returns the same array. */
function shuffle(records: ResourceRecord[]): ResourceRecord[] {
  for (let at = 0; at < records.length - 1; at++)
    swap(records, at, at + randomBelow(records.length - at));
  return records;
}

function swap(records: ResourceRecord[], a: number, b: number): void {
  const first = records[a];
  const second = records[b];
  if (first === undefined || second === undefined) return;
  records[a] = second;
  records[b] = first;
}

/** Aliases, then addresses, those inside the blocks first in the order of the blocks, then MX and all other records. */
export function preferredSection(
  records: ResourceRecord[],
  preferred: readonly Cidr[],
): ResourceRecord[] {
  if (records.length <= 1) return records;
  const { aliases, addresses, mailExchanges, others } = groupRecords(records);
  const rank = (record: ResourceRecord): number => {
    const found = preferred.findIndex((cidr) => cidrContains(cidr, record.rdata));
    return found < 0 ? preferred.length : found;
  };
  // The sort is stable: the shuffled order stays among equals.
  const sorted = addresses.toSorted((a, b) => rank(a) - rank(b));
  return [...aliases, ...sorted, ...mailExchanges, ...others];
}

/** Aliases, then other records, then addresses with one first that is chosen by weight, then MX. */
export function weightedSection(records: ResourceRecord[], weights: Weights): ResourceRecord[] {
  const { aliases, addresses, mailExchanges, others } = groupRecords(records);
  if (addresses.length === 0) return records;
  swap(addresses, 0, chosenIndex(addresses.map((record) => weightOf(record, weights))));
  return [...aliases, ...others, ...addresses, ...mailExchanges];
}

function weightOf({ name, rdata }: ResourceRecord, weights: Weights): number {
  const known = weights.get(formatName(name).toLowerCase());
  const found = known?.find(({ address }) => Buffer.compare(address, rdata) === 0);
  return found?.weight ?? DEFAULT_WEIGHT;
}

/** An index, each as likely as its weight says. */
function chosenIndex(weights: readonly number[]): number {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  let left = randomUint32() % sum;
  // The sum is above what is left, so some index is found before the end.
  return weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
}

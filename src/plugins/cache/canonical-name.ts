// Whether a reply answers its question: the chain of aliases from the queried name must lead to a record of the queried
// type (RFC 1034 section 3.6.2; CoreDNS: plugin/cache/cache.go, answersQuestion).

import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import { equalNames, type Name } from '../../dns/name.ts';
import { cnameTarget } from '../../dns/rdata/cname.ts';
import type { ResourceRecord } from '../../dns/record.ts';

/** What was asked. */
export interface AskedQuestion {
  readonly name: Name;
  readonly type: number;
  readonly class: number;
}

/** Whether an answer section has what was asked for; never with a chain that loops or forks. */
export function answersQuestion(
  answer: readonly ResourceRecord[],
  { name, type, class: askedClass }: AskedQuestion,
): boolean {
  const records =
    askedClass === RRClass.ANY ? answer : answer.filter((record) => record.class === askedClass);
  if (type === RRType.ANY) return records.some((record) => equalNames(record.name, name));
  if (type === RRType.CNAME) return aliasTarget(records, name) instanceof Uint8Array;
  const owner = canonicalName(records, name);
  if (owner === undefined) return false;
  return records.some((record) => record.type === type && equalNames(record.name, owner));
}

/** The name at the end of the chain; undefined for a chain without end. */
function canonicalName(records: readonly ResourceRecord[], name: Name): Name | undefined {
  let owner = name;
  // Longer than there are records, it has come by one of them twice.
  for (let steps = 0; steps <= records.length; steps++) {
    const target = aliasTarget(records, owner);
    if (target === 'none') return owner;
    if (target === 'several') return undefined;
    owner = target;
  }
  return undefined;
}

/** An alias has one target (RFC 2181 section 10.1); the same one may be named twice. */
function aliasTarget(records: readonly ResourceRecord[], owner: Name): Name | 'none' | 'several' {
  let found: Name | undefined;
  for (const record of records) {
    if (record.type !== RRType.CNAME || !equalNames(record.name, owner)) continue;
    const target = cnameTarget(record.rdata);
    if (found !== undefined && !equalNames(found, target)) return 'several';
    found = target;
  }
  return found ?? 'none';
}

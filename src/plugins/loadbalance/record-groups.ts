// Sorts records of a section into the groups that loadbalance moves around. The order inside a group stays.

import { RRType } from '../../dns/codes/rr-type.ts';
import type { ResourceRecord } from '../../dns/record.ts';

/** The records of one section. */
export interface RecordGroups {
  readonly aliases: readonly ResourceRecord[];
  /** A and AAAA together. */
  readonly addresses: ResourceRecord[];
  readonly mailExchanges: ResourceRecord[];
  readonly others: readonly ResourceRecord[];
}

/** Groups the records of a section. */
export function groupRecords(records: readonly ResourceRecord[]): RecordGroups {
  const aliases: ResourceRecord[] = [];
  const addresses: ResourceRecord[] = [];
  const mailExchanges: ResourceRecord[] = [];
  const others: ResourceRecord[] = [];
  for (const record of records) {
    if (record.type === RRType.CNAME) aliases.push(record);
    else if (isAddress(record)) addresses.push(record);
    else if (record.type === RRType.MX) mailExchanges.push(record);
    else others.push(record);
  }
  return { aliases, addresses, mailExchanges, others };
}

/** Whether a record is an A or AAAA. */
export function isAddress({ type }: ResourceRecord): boolean {
  return type === RRType.A || type === RRType.AAAA;
}

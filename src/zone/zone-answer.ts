// What a lookup in a zone comes to: records by section, or records and a name to go on with.

import type { Name } from '../dns/name.ts';
import type { ResourceRecord } from '../dns/record.ts';

/** Kinds of results (plugin/file/lookup.go, Result). */
export const ZoneResult = {
  /** Answered, also an empty non-terminal: that falls through as a missing name does. */
  SUCCESS: 0,
  NAME_ERROR: 1,
  /** Below a zone cut: not authoritative. */
  DELEGATION: 2,
  NO_DATA: 3,
  SERVER_FAILURE: 4,
} as const;

/** One of the kinds above. */
export type ZoneResult = (typeof ZoneResult)[keyof typeof ZoneResult];

/** The records of a reply. */
export interface ZoneAnswer {
  readonly result: ZoneResult;
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
  /** The alias target that this zone's tree does not hold: to be asked of the server, then `withTarget`. */
  readonly target: Name | undefined;
  /** The wildcard that made the answer (metadata zone/wildcard). */
  readonly wildcard: Name | undefined;
}

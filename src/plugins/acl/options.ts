// What the halves of acl tell each other: rules in Corefile order, addresses already parsed.

import type { Cidr } from '../../base/ip.ts';

/** What happens to a query that a policy matches. */
export const ACL_ACTIONS = ['allow', 'block', 'filter', 'drop'] as const;

/** One of the actions. */
export type AclAction = (typeof ACL_ACTIONS)[number];

/** One line of a stanza. */
export interface AclPolicy {
  readonly action: AclAction;
  /** Type codes; undefined matches every type. */
  readonly types: readonly number[] | undefined;
  /** Networks of clients; undefined matches every client. */
  readonly networks: readonly Cidr[] | undefined;
}

/** One stanza. */
export interface AclRule {
  /** Zones in text form. */
  readonly zones: readonly string[];
  readonly policies: readonly AclPolicy[];
}

/** Options of the one handler of a block. */
export interface AclOptions {
  readonly rules: readonly AclRule[];
}

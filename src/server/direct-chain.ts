// Compiles what a chain does on the short path out of its handlers' roles (plugin/direct.ts). Decided once a configuration; a chain
// with a handler that has no part in it keeps the general path.

import type { DirectExchange } from '../plugin/direct.ts';
import type { DirectRole, LateQuery, Recall } from '../plugin/direct-role.ts';
import type { PassedReply } from '../plugin/passed-reply.ts';
import { isQueryFilter } from '../plugin/query-filter.ts';
import type { Block } from './router.ts';

/** What a chain does on the short path. */
export interface DirectChain {
  readonly screens: readonly ((direct: DirectExchange) => boolean)[];
  /** From local data; undefined where no handler has any. */
  readonly answer: ((direct: DirectExchange) => boolean) | undefined;
  /** From stored replies, where local data had no answer. */
  readonly recall: ((direct: DirectExchange) => Recall) | undefined;
  /** From another server, where there was no stored reply. */
  readonly asking: DirectAsking | undefined;
  readonly counters: readonly ((direct: DirectExchange) => void)[];
  readonly rotates: boolean;
  /** Whether a name with capitals must go the general way. */
  readonly lowersNames: (direct: DirectExchange) => boolean;
}

/** How another server is asked, and what the cache in front does with its reply. */
export interface DirectAsking {
  readonly screens: readonly ((direct: DirectExchange) => boolean)[];
  readonly ask: (direct: DirectExchange, late: LateQuery) => boolean;
  readonly keep: (direct: DirectExchange, reply: PassedReply) => void;
}

/** The part of a block's chain. Which queries a view takes is decided for a whole exchange: such a block has none. */
export function compileDirect({ chain: { handlers } }: Block): DirectChain | undefined {
  if (handlers.some(isQueryFilter)) return undefined;
  const roles = handlers.map((handler) => handler.directRole);
  const end = roles.findIndex((role) => isRole(role, 'answer') || isRole(role, 'ask') || !role);
  const before = end < 0 ? roles : roles.slice(0, end);
  const limits = before.filter((role) => isRole(role, 'limit'));
  const last = answering(roles[end], limits);
  // Of several caches the first one answers.
  const recall = limits[0]?.recall;
  if (last === undefined && recall === undefined) return undefined;
  return {
    screens: before
      .filter((role) => isRole(role, 'screen') || isRole(role, 'watch'))
      .map((role) => (direct) => role.passes(direct)),
    counters: before
      .filter((role) => isRole(role, 'count') || isRole(role, 'watch'))
      .map((role) => (direct) => role.count(direct)),
    answer: last && ((direct) => last.answer(direct)),
    recall,
    asking: end < 0 ? undefined : compileAsking(roles.slice(end), limits),
    rotates: before.some((role) => isRole(role, 'rotate')),
    lowersNames: (direct) => limits.some((role) => role.lowersNames(direct)),
  };
}

/** `roles` begin with the first handler that answers or asks; exactly one cache stands in front. */
function compileAsking(
  roles: readonly (DirectRole | undefined)[],
  limits: readonly RoleOf<'limit'>[],
): DirectAsking | undefined {
  const [limit, ...more] = limits;
  if (limit?.recall === undefined || limit.keep === undefined || more.length > 0) return undefined;
  const screens: DirectAsking['screens'][number][] = [];
  for (const role of roles) {
    if (isRole(role, 'ask')) {
      return { screens, keep: limit.keep, ask: (direct, late) => role.ask(direct, late) };
    }
    if (isRole(role, 'pass')) continue;
    const isPassable = isRole(role, 'screen') || isRole(role, 'answer');
    if (!isPassable || role.passes === undefined) return undefined;
    const { passes } = role;
    screens.push((direct) => passes(direct));
  }
  return undefined;
}

/** The role, if it answers and all its TTLs pass the caches in front unchanged. */
function answering(
  role: DirectRole | undefined,
  limits: readonly RoleOf<'limit'>[],
): RoleOf<'answer'> | undefined {
  if (!isRole(role, 'answer')) return undefined;
  return limits.every((limit) => isWithin(role, limit)) ? role : undefined;
}

type RoleOf<Kind extends DirectRole['kind']> = Extract<DirectRole, { readonly kind: Kind }>;

function isRole<Kind extends DirectRole['kind']>(
  role: DirectRole | undefined,
  kind: Kind,
): role is RoleOf<Kind> {
  return role?.kind === kind;
}

function isWithin(
  { lowestTtl, highestTtl }: RoleOf<'answer'>,
  { minTtl, maxTtl }: RoleOf<'limit'>,
): boolean {
  return lowestTtl >= minTtl && highestTtl <= maxTtl;
}

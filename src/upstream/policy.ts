// In which order upstreams are tried (plugin/forward/policy.go).

import { randomBelow } from './random.ts';

/** The words of the option. */
export const POLICIES = ['random', 'round_robin', 'sequential'] as const;

/** One of the words. */
export type PolicyName = (typeof POLICIES)[number];

/** Gives the order for one query. */
export type Policy<T> = (upstreams: readonly T[]) => readonly T[];

/** Makes a policy; round_robin keeps its place from query to query. */
export function createPolicy<T>(name: PolicyName): Policy<T> {
  switch (name) {
    case 'random':
      return shuffled;
    case 'round_robin':
      return roundRobin();
    case 'sequential':
      return (upstreams) => upstreams;
  }
}

/** The upstreams in random order (Fisher and Yates). */
export function shuffled<T>(upstreams: readonly T[]): readonly T[] {
  if (upstreams.length < 2) return upstreams;
  const order = [...upstreams];
  for (let left = order.length; left > 1; left--) {
    const [chosen] = order.splice(randomBelow(left), 1);
    if (chosen !== undefined) order.push(chosen);
  }
  return order;
}

/** The next upstream first, the others in their order. The first query takes the second upstream, as in CoreDNS. */
function roundRobin<T>(): Policy<T> {
  let turn = 0;
  return (upstreams) => {
    turn = (turn + 1) % upstreams.length;
    const first = upstreams[turn];
    if (first === undefined) return upstreams;
    return [first, ...upstreams.slice(0, turn), ...upstreams.slice(turn + 1)];
  };
}

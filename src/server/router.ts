// Which server block answers a query: the longest zone of the listener that holds the name (CoreDNS:
// core/dnsserver/server.go, ServeDNS).

import { RRType } from '../dns/codes/rr-type.ts';
import { isSubdomain, labelCount, type Name } from '../dns/name.ts';
import type { Chain } from './chain.ts';

/** A server block as a serving thread runs it. */
export interface Block {
  readonly chain: Chain;
  readonly isDebug: boolean;
  readonly hasStacktrace: boolean;
  readonly acceptsOtherClasses: boolean;
}

/** A zone of a listener with its block. */
export interface Site {
  readonly zone: Name;
  /** The zone as text: the `zone` label of metrics. */
  readonly label: string;
  readonly block: Block;
}

/** The sites of one listener. */
export class Router {
  /** Most labels first, so that the first match is the longest. A listener has few zones: a scan is cheap. */
  readonly #sites: readonly Site[];
  /** Whether some block of the listener takes classes other than IN. */
  readonly acceptsOtherClasses: boolean;

  constructor(sites: readonly Site[]) {
    this.#sites = sites.toSorted((a, b) => labelCount(b.zone) - labelCount(a.zone));
    this.acceptsOtherClasses = sites.some((site) => site.block.acceptsOtherClasses);
  }

  /**
   * The site for a name in lower case. DS records belong to the parent, so a DS query goes to the shortest
   * zone but the root, if there is one.
   */
  find(name: Name, type: number): Site | undefined {
    return type === RRType.DS ? this.#findParent(name) : this.#findLongest(name);
  }

  #findLongest(name: Name): Site | undefined {
    for (const site of this.#sites) if (isSubdomain(name, site.zone)) return site;
    return undefined;
  }

  #findParent(name: Name): Site | undefined {
    const below = this.#sites.filter((site) => isSubdomain(name, site.zone));
    return below.findLast((site) => site.zone.length > 1) ?? below.at(-1);
  }
}

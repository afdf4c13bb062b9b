// Which server block answers a query: the longest zone of the listener that holds the name (CoreDNS:
// core/dnsserver/server.go, ServeDNS). Views may pass a query on to the next block of the zone.

import { RRType } from '../dns/codes/rr-type.ts';
import { isSubdomain, labelCount, type Name } from '../dns/name.ts';
import type { Exchange } from '../plugin/exchange.ts';
import { isMetadataCollector, type MetadataCollector } from '../plugin/metadata.ts';
import { isQueryFilter, type QueryFilter } from '../plugin/query-filter.ts';
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

/** A site with what is asked before its chain runs. */
interface Gate {
  readonly site: Site;
  /** Plugin metadata. */
  readonly collector: MetadataCollector | undefined;
  /** Plugin view. */
  readonly filter: QueryFilter | undefined;
}

/** The sites of one listener. */
export class Router {
  /** Most labels first, so that the first match is the longest. A listener has few zones: a scan is cheap. */
  readonly #gates: readonly Gate[];
  /** Whether some block of the listener takes classes other than IN. */
  readonly acceptsOtherClasses: boolean;

  constructor(sites: readonly Site[]) {
    this.#gates = sites.toSorted((a, b) => labelCount(b.zone) - labelCount(a.zone)).map(gateOf);
    this.acceptsOtherClasses = sites.some((site) => site.block.acceptsOtherClasses);
  }

  /** All sites in the order in which they are tried. */
  get sites(): readonly Site[] {
    return this.#gates.map((gate) => gate.site);
  }

  /**
   * The site that serves a query, undefined when none does. Sites of the same zone are asked in Corefile order, then
   * those of shorter zones. DS records belong to the parent, so a DS query goes to the shortest zone but the root, if
   * there is one. Sets the view, and the metadata that views may look at.
   */
  find(exchange: Exchange): Site | undefined {
    let parent: Site | undefined;
    for (const gate of this.#gates) {
      const { site } = gate;
      if (!isSubdomain(exchange.name, site.zone)) continue;
      const isRoot = site.zone.length === 1;
      if (isRoot && parent !== undefined) return parent;
      if (!accepts(gate, exchange)) continue;
      if (exchange.type !== RRType.DS || isRoot) return site;
      parent = site;
    }
    return parent;
  }
}

function gateOf(site: Site): Gate {
  const { handlers } = site.block.chain;
  return {
    site,
    collector: handlers.find(isMetadataCollector),
    filter: handlers.find(isQueryFilter),
  };
}

/** Whether the block's view takes the query; a block without a view takes all. */
function accepts({ collector, filter }: Gate, exchange: Exchange): boolean {
  collector?.collectMetadata(exchange);
  if (filter === undefined) return true;
  if (!filter.accepts(exchange)) return false;
  exchange.view = filter.viewName;
  return true;
}

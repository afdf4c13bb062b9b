// Serving half of autopath: walks a client's search list for it (CoreDNS: plugin/autopath/autopath.go). Handlers behind it
// see the tried names, each in an exchange of its own.

import { Rcode } from '../../dns/codes/rcode.ts';
import { RRClass } from '../../dns/codes/rr-class.ts';
import { RRType } from '../../dns/codes/rr-type.ts';
import {
  equalNames,
  formatName,
  isSubdomain,
  MAX_NAME_OCTETS,
  type Name,
  ROOT,
} from '../../dns/name.ts';
import type { MetricsWriter } from '../../metrics/writer.ts';
import { isServerError } from '../../plugin/client-write.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import { after, type Handler, type Later, type Outcome } from '../../plugin/handler.ts';
import type { Reply } from '../../plugin/reply.ts';
import { isSearchPathProvider, type SearchPathProvider } from '../../plugin/search-path.ts';
import type { ServingContext, ServingPlugin } from '../../plugin/serving.ts';
import { matchZone, zoneNames } from '../../plugin/zones.ts';
import { AUTOPATH_SUCCESS } from './metrics.ts';
import { type AutopathOptions, notAProvider } from './setup.ts';

/** One walk along a search list. */
interface Walk {
  readonly exchange: Exchange;
  /** The part of the name in front of the first zone, labels only. */
  readonly base: Uint8Array;
  readonly path: readonly Name[];
}

/** What came of one name. */
interface Attempt {
  readonly exchange: Exchange;
  readonly outcome: Outcome;
}

/** Answers with the first name of the list that exists. */
export class AutopathHandler implements Handler {
  readonly name = 'autopath';
  readonly #zones: readonly Name[];
  readonly #next: Handler;
  readonly #provider: SearchPathProvider;
  readonly #metrics: MetricsWriter;

  constructor(
    zones: readonly Name[],
    next: Handler,
    provider: SearchPathProvider,
    metrics: MetricsWriter,
  ) {
    this.#zones = zones;
    this.#next = next;
    this.#provider = provider;
    this.#metrics = metrics;
  }

  serve(exchange: Exchange): Later<Outcome> {
    const { name, askedName } = exchange;
    if (matchZone(this.#zones, name) === undefined) return this.#next.serve(exchange);
    const path = this.#provider.searchPath(exchange);
    const first = path?.[0];
    if (
      path === undefined ||
      first === undefined ||
      first.length === 1 ||
      !isSubdomain(name, first)
    ) {
      return this.#next.serve(exchange);
    }
    if (name.length === first.length) {
      exchange.error = new Error(
        `overshot qname: ${formatName(name)} for zone ${formatName(first)}`,
      );
      return Rcode.SERVFAIL;
    }
    const base = askedName.subarray(0, askedName.length - first.length);
    return this.#try({ exchange, base, path }, 0, undefined);
  }

  /** Tries the name at `index` and all later ones. `first` is what came of the first one. */
  #try(walk: Walk, index: number, first: Attempt | undefined): Later<Outcome> {
    const zone = walk.path[index];
    if (zone === undefined) return giveUp(walk, first);
    const tried = completed(walk.base, zone);
    if (tried === undefined) return this.#try(walk, index + 1, first);
    const exchange = walk.exchange.withName(tried);
    return after(this.#next.serve(exchange), (outcome) => {
      if (exchange.error !== undefined) return abort(walk, exchange.error, outcome);
      if (isAnswer(exchange.reply, outcome)) return this.#answer(walk, exchange.reply, outcome);
      return this.#try(walk, index + 1, first ?? { exchange, outcome });
    });
  }

  #answer({ exchange }: Walk, found: Reply, outcome: Outcome): Outcome {
    exchange.reply.takeOver(found);
    prependAlias(exchange.reply, exchange.askedName);
    this.#metrics.counter(AUTOPATH_SUCCESS, [exchange.server]).add();
    return outcome;
  }
}

/** Labels and a zone as one name; undefined when it is too long. */
function completed(base: Uint8Array, zone: Name): Name | undefined {
  const length = base.length + zone.length;
  if (length > MAX_NAME_OCTETS) return undefined;
  const name = new Uint8Array(length);
  name.set(base);
  name.set(zone, base.length);
  return name;
}

function isAnswer(reply: Reply, outcome: Outcome): boolean {
  return reply.isWritten && !isServerError(outcome) && reply.rcode !== Rcode.NXDOMAIN;
}

/** An error of the chain ends the walk. */
function abort({ exchange }: Walk, error: Error, outcome: Outcome): Outcome {
  exchange.error = error;
  return outcome;
}

/** No name exists: the reply to the first one, to which the client may go on by itself. */
function giveUp({ exchange }: Walk, first: Attempt | undefined): Outcome {
  if (first === undefined) return Rcode.SERVFAIL;
  const { reply } = first.exchange;
  if (reply.isWritten && !isServerError(first.outcome)) exchange.reply.takeOver(reply);
  return first.outcome;
}

/** `asked CNAME owner` in front, where the first owner is not the asked name. */
function prependAlias(reply: Reply, asked: Name): void {
  const other = reply.answer.find(({ name }) => !equalNames(name, asked));
  reply.question = undefined;
  if (other === undefined) return;
  const alias = {
    name: asked,
    type: RRType.CNAME,
    class: RRClass.IN,
    ttl: other.ttl,
    rdata: other.name,
  };
  reply.answer = [alias, ...reply.answer];
}

/** A list that is the same for all clients. */
class FixedPath implements SearchPathProvider {
  readonly #path: readonly Name[];

  constructor(search: readonly string[]) {
    this.#path = [...zoneNames(search), ROOT];
  }

  searchPath(): readonly Name[] {
    return this.#path;
  }
}

/** The source of search lists; undefined when the named plugin is not in the block: autopath then does nothing. */
function providerOf(
  { provider, search }: AutopathOptions,
  context: ServingContext,
): SearchPathProvider | undefined {
  if (provider === undefined) return new FixedPath(search);
  const handler = context.handler(provider);
  if (handler === undefined) return undefined;
  if (!isSearchPathProvider(handler)) throw new Error(notAProvider(provider));
  return handler;
}

/** Makes autopath handlers; providers stand behind it in the chain. Throws when the named plugin knows no search lists. */
export const autopathServing: ServingPlugin = {
  name: 'autopath',
  create(options, next, context) {
    const settings = options as AutopathOptions;
    const provider = providerOf(settings, context) ?? { searchPath: () => undefined };
    return new AutopathHandler(zoneNames(settings.zones), next, provider, context.metrics);
  },
};

// Serving half of metadata: asks the block's handlers for the values of a query (CoreDNS: plugin/metadata/metadata.go). The
// router has it collect before views choose a block; in the chain it only passes queries on.

import type { Name } from '../../dns/name.ts';
import type { DirectRole } from '../../plugin/direct-role.ts';
import type { Exchange } from '../../plugin/exchange.ts';
import type { Handler, Later, Outcome } from '../../plugin/handler.ts';
import {
  isMetadataProvider,
  type MetadataCollector,
  type MetadataProvider,
} from '../../plugin/metadata.ts';
import type { ServingPlugin } from '../../plugin/serving.ts';
import { matchZone, zoneNames } from '../../plugin/zones.ts';
import type { MetadataOptions } from './setup.ts';

/** Collects values for names of its zones. */
export class MetadataHandler implements Handler, MetadataCollector {
  readonly name = 'metadata';
  /** Nobody on the short path reads values; those who do send their queries the general way. */
  readonly directRole: DirectRole = { kind: 'pass' };
  readonly #zones: readonly Name[];
  readonly #next: Handler;
  readonly #providers: readonly MetadataProvider[];

  constructor({ zones }: MetadataOptions, next: Handler, providers: readonly MetadataProvider[]) {
    this.#zones = zoneNames(zones);
    this.#next = next;
    this.#providers = providers;
  }

  serve(exchange: Exchange): Later<Outcome> {
    return this.#next.serve(exchange);
  }

  /** The map is there for every name: later handlers set values outside of the zones, too. */
  collectMetadata(exchange: Exchange): void {
    exchange.metadata ??= new Map();
    if (matchZone(this.#zones, exchange.name) === undefined) return;
    for (const provider of this.#providers) provider.addMetadata(exchange, exchange.metadata);
  }
}

/** Makes metadata handlers; all providers stand behind it in the chain. */
export const metadataServing: ServingPlugin = {
  name: 'metadata',
  create: (options, next, context) =>
    new MetadataHandler(
      options as MetadataOptions,
      next,
      context.handlers().filter(isMetadataProvider),
    ),
};

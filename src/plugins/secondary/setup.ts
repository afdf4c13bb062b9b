// Control half of secondary: reads the stanzas, then keeps the copies (CoreDNS: plugin/secondary/setup.go).

import type { Dispenser } from '../../corefile/dispenser.ts';
import { originZones } from '../../corefile/server-key.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import type { HostPort } from '../../plugin/host-port.ts';
import { readOptions } from '../../plugin/options.ts';
import { zoneNames } from '../../plugin/zones.ts';
import { type ConfiguredZone, SecondaryZones } from './control.ts';
import {
  mergedMembers,
  type NotifyQuestion,
  type SecondaryBlock,
  type SecondaryOptions,
  secondaryRows,
} from './options.ts';

/** What the stanzas of a block add up to. */
interface SecondarySetup {
  readonly primaries: Map<string, readonly HostPort[]>;
  readonly catalogs: Map<string, readonly string[]>;
  fallthrough: readonly string[] | undefined;
}

/** One handler for all stanzas of a block. */
export const secondaryControl: ControlPlugin = {
  name: 'secondary',
  isHandler: true,
  setup(dispenser, block) {
    const setup: SecondarySetup = {
      primaries: new Map(),
      catalogs: new Map(),
      fallthrough: undefined,
    };
    while (dispenser.next()) readStanza(dispenser, block.zones, setup);
    const zones = new SecondaryZones(configuredZones(setup), block);
    const { instance } = block;
    // When sockets are open: the primary may be a block of this server.
    instance.hooks.started.push(() => zones.start());
    instance.hooks.shutdown.push(() => zones.stop());
    const notifyChannel = instance.newChannel('secondary');
    instance.answer(notifyChannel, (question) => zones.notify(question as NotifyQuestion));
    const { channel } = zones;
    const options: SecondaryOptions = { channel, notifyChannel, fallthrough: setup.fallthrough };
    return [options];
  },
};

function readStanza(
  dispenser: Dispenser,
  blockZones: readonly string[],
  setup: SecondarySetup,
): void {
  const origins = originZones(dispenser.remainingArgs(), blockZones);
  const block: SecondaryBlock = {
    primaries: [],
    hasTransfer: false,
    catalog: undefined,
    fallthrough: setup.fallthrough,
  };
  readOptions(dispenser, secondaryRows, block);
  if (!block.hasTransfer) {
    throw dispenser.err('secondary zones require a transfer from property');
  }
  setup.fallthrough = block.fallthrough;
  for (const origin of origins) {
    setup.primaries.set(origin, block.primaries);
    if (block.catalog === undefined) continue;
    setup.catalogs.set(origin, mergedMembers(setup.catalogs.get(origin), block.catalog));
  }
}

function configuredZones({
  primaries,
  catalogs,
}: SecondarySetup): ReadonlyMap<string, ConfiguredZone> {
  return new Map(
    [...primaries].map(([origin, hosts]) => {
      const catalog = catalogs.get(origin);
      return [origin, { primaries: hosts, catalog: catalog && zoneNames(catalog) }];
    }),
  );
}

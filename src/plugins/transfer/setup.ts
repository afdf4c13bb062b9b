// Control half of transfer: reads the stanzas, and offers notifications to the plugins that own zones (CoreDNS:
// plugin/transfer/setup.go).

import { quote } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { originZones } from '../../corefile/server-key.ts';
import { pluginLogger } from '../../log/logger.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { readOptions } from '../../plugin/options.ts';
import { offerNotifier } from '../../plugin/zone-notifier.ts';
import { zoneNames } from '../../plugin/zones.ts';
import { Notifier } from './control.ts';
import { clientText, type TransferBlock, transferError, transferRows } from './options.ts';
import type { TransferOptions } from './rules.ts';

/** One line `transfer [ZONES...]` with its block. */
interface Stanza extends TransferBlock {
  readonly zones: readonly string[];
}

/** One handler for all stanzas of a block. */
export const transferControl: ControlPlugin = {
  name: 'transfer',
  isHandler: true,
  setup(dispenser, block) {
    const stanzas: Stanza[] = [];
    while (dispenser.next()) stanzas.push(readStanza(dispenser, block.zones));
    const { clock, log } = block.instance;
    const rules = stanzas.map(({ zones, to, source }) => ({ zones: zoneNames(zones), to, source }));
    offerNotifier(block, new Notifier(rules, { clock, log: pluginLogger(log, 'transfer') }));
    const options: TransferOptions = {
      rules: stanzas.map(({ zones, to }) => ({ zones, clients: to.map(clientText) })),
    };
    return [options];
  },
};

function readStanza(dispenser: Dispenser, blockZones: readonly string[]): Stanza {
  const zones = originZones(dispenser.remainingArgs(), blockZones);
  const block: TransferBlock = { to: [], source: undefined };
  readOptions(dispenser, transferRows, block, () =>
    transferError(dispenser.err(`unknown property ${quote(dispenser.value)}`)),
  );
  if (block.to.length === 0) throw transferError(dispenser.err("'to' is required"));
  return { zones, ...block };
}

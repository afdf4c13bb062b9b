// Control half of loadbalance: reads its stanzas, of which the last one wins, and leaves the watcher of a weight file
// behind (CoreDNS: plugin/loadbalance/setup.go).

import { isAbsolute, join } from 'node:path';
import type { Cidr } from '../../base/ip.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { BlockSetup, ControlPlugin } from '../../plugin/control.ts';
import { readOptions } from '../../plugin/options.ts';
import { WeightFile } from './control.ts';
import {
  DEFAULT_RELOAD_MS,
  type LoadbalanceOptions,
  roundRobinRows,
  type WeightedBlock,
  weightedRows,
} from './options.ts';

/** What the stanzas read so far come to. */
interface Stanzas {
  preferred: Cidr[];
  /** Undefined when the last stanza is no `weighted`. */
  weighted: (WeightedBlock & { readonly fileName: string }) | undefined;
}

/** One handler. */
export const loadbalanceControl: ControlPlugin = {
  name: 'loadbalance',
  isHandler: true,
  setup(dispenser, block) {
    const stanzas: Stanzas = { preferred: [], weighted: undefined };
    while (dispenser.next()) readStanza(dispenser, block, stanzas);
    const { preferred, weighted } = stanzas;
    const weightsChannel = weighted && watch(weighted, block);
    const options: LoadbalanceOptions = { preferred, weightsChannel };
    return [options];
  },
};

function readStanza(dispenser: Dispenser, block: BlockSetup, stanzas: Stanzas): void {
  const [policy = 'round_robin', file, ...others] = dispenser.remainingArgs();
  if (policy === 'round_robin') {
    if (file !== undefined) throw dispenser.err(`unknown property for ${policy}`);
    stanzas.weighted = undefined;
    readOptions(dispenser, roundRobinRows, stanzas);
    return;
  }
  if (policy !== 'weighted') throw new CorefileError(`unknown policy: ${policy}`);
  if (file === undefined) throw dispenser.err('missing weight file argument');
  if (others.length > 0) throw dispenser.err('unexpected argument(s)');
  const { root } = block.settings;
  const fileName = isAbsolute(file) || root === '' ? file : join(root, file);
  const weighted = { fileName, reloadMs: DEFAULT_RELOAD_MS };
  readOptions(dispenser, weightedRows, weighted);
  stanzas.weighted = weighted;
  stanzas.preferred = [];
}

/** Returns the channel on which the weights will come. */
function watch(
  { fileName, reloadMs }: NonNullable<Stanzas['weighted']>,
  { instance }: BlockSetup,
): string {
  const channel = instance.newChannel('loadbalance');
  const file = new WeightFile({ fileName, reloadMs, channel }, instance);
  instance.hooks.startup.push(() => file.start());
  instance.hooks.shutdown.push(() => file.stop());
  return channel;
}

// Control half of metadata: the zones for whose names values are collected (CoreDNS: plugin/metadata/setup.go).

import { originZones } from '../../corefile/server-key.ts';
import type { ControlPlugin } from '../../plugin/control.ts';

/** Options of the handler. */
export interface MetadataOptions {
  /** Zones in text form. */
  readonly zones: readonly string[];
}

/** One handler; the word may stand once, and has no block. */
export const metadataControl: ControlPlugin = {
  name: 'metadata',
  isHandler: true,
  setup(dispenser, block) {
    dispenser.next();
    const options: MetadataOptions = {
      zones: originZones(dispenser.remainingArgs(), block.zones),
    };
    // An empty block is passed over, as in CoreDNS.
    if (dispenser.nextBlock() || dispenser.next()) throw dispenser.argErr();
    return [options];
  },
};

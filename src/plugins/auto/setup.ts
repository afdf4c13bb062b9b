// Control half of auto: reads the stanza and follows its folder (CoreDNS: plugin/auto/setup.go).

import { originZones } from '../../corefile/server-key.ts';
import { pluginLogger } from '../../log/logger.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { readOptions } from '../../plugin/options.ts';
import type { AutoOptions } from './auto.ts';
import { ZoneFolder } from './control.ts';
import { autoRows, defaultAutoBlock } from './options.ts';

/** One handler; of several stanzas the last one's zones count, and options add up. */
export const autoControl: ControlPlugin = {
  name: 'auto',
  isHandler: true,
  setup(dispenser, block) {
    const { hooks, log } = block.instance;
    const ownLog = pluginLogger(log, 'auto');
    const options = defaultAutoBlock(block.settings.root, (text) => ownLog.warning(text));
    let origins: readonly string[] = [];
    while (dispenser.next()) {
      origins = originZones(dispenser.remainingArgs(), block.zones);
      readOptions(dispenser, autoRows, options);
    }
    const folder = new ZoneFolder(options, block);
    hooks.startup.push(() => folder.start());
    hooks.started.push(() => {
      void folder.notify();
    });
    hooks.shutdown.push(() => folder.stop());
    const handler: AutoOptions = { origins, channel: folder.channel };
    return [handler];
  },
};

// Control half of dns64: a prefix, or a block (CoreDNS: plugin/dns64/setup.go).

import type { ControlPlugin } from '../../plugin/control.ts';
import { readOptions } from '../../plugin/options.ts';
import { defaultDns64, dns64Rows, readPrefix } from './options.ts';

/** One handler for all occurrences. */
export const dns64Control: ControlPlugin = {
  name: 'dns64',
  isHandler: true,
  setup(dispenser) {
    const options = defaultDns64();
    while (dispenser.next()) {
      const [prefix] = dispenser.remainingArgs();
      // Behind a prefix, CoreDNS reads a block's words as further occurrences, of which only arguments count.
      if (prefix !== undefined) options.prefix = readPrefix(prefix, dispenser);
      else readOptions(dispenser, dns64Rows, options);
    }
    return [options];
  },
};

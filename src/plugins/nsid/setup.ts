// Control half of nsid: the text that tells this server from others (CoreDNS: plugin/nsid/setup.go).

import { hostname } from 'node:os';
import { CorefileError } from '../../corefile/error.ts';
import type { ControlPlugin } from '../../plugin/control.ts';

/** Options of the handler. */
export interface NsidOptions {
  readonly data: string;
}

/** One handler. */
export const nsidControl: ControlPlugin = {
  name: 'nsid',
  isHandler: true,
  setup(dispenser) {
    dispenser.next();
    const words = dispenser.remainingArgs();
    if (dispenser.next()) {
      throw new CorefileError('this plugin can only be used once per Server Block');
    }
    const options: NsidOptions = { data: words.length === 0 ? hostname() : words.join(' ') };
    return [options];
  },
};

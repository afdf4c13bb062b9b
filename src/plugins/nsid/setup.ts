// Control half of nsid: the text that tells this server from others (CoreDNS: plugin/nsid/setup.go).

import { hostname } from 'node:os';
import type { ControlPlugin } from '../../plugin/control.ts';
import { readOnce } from '../../plugin/single-use.ts';

/** Options of the handler. */
export interface NsidOptions {
  readonly data: string;
}

/** One handler. */
export const nsidControl: ControlPlugin = {
  name: 'nsid',
  isHandler: true,
  setup(dispenser) {
    const words = readOnce(dispenser, () => dispenser.remainingArgs());
    const options: NsidOptions = { data: words.length === 0 ? hostname() : words.join(' ') };
    return [options];
  },
};

// Control half of debug, which is all of it: a setting of the block (CoreDNS: plugin/debug/debug.go). What the
// setting does is up to the server: debug lines are printed, and a throwing plugin ends the process.

import type { ControlPlugin } from '../../plugin/control.ts';

/** Sets `isDebug`; no handler. */
export const debugControl: ControlPlugin = {
  name: 'debug',
  isHandler: false,
  setup(dispenser, block) {
    while (dispenser.next()) {
      if (dispenser.nextArg()) throw dispenser.argErr();
      block.settings.isDebug = true;
    }
    return [];
  },
};

// Control half of whoami: the word takes no arguments, and more of it changes nothing (CoreDNS:
// plugin/whoami/setup.go).

import type { ControlPlugin } from '../../plugin/control.ts';

/** One handler without options. */
export const whoamiControl: ControlPlugin = {
  name: 'whoami',
  isHandler: true,
  setup(dispenser) {
    dispenser.next();
    if (dispenser.nextArg()) throw dispenser.argErr();
    return [{}];
  },
};

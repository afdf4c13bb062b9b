// Control half of any: the word takes no arguments, and more of it changes nothing (CoreDNS: plugin/any/setup.go).

import type { ControlPlugin } from '../../plugin/control.ts';
import { expectNoArguments } from '../../plugin/options.ts';

/** One handler without options. */
export const anyControl: ControlPlugin = {
  name: 'any',
  isHandler: true,
  setup(dispenser) {
    dispenser.next();
    expectNoArguments(dispenser);
    return [{}];
  },
};

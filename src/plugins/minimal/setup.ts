// Control half of minimal: the word takes no arguments (CoreDNS: plugin/minimal/setup.go).

import type { ControlPlugin } from '../../plugin/control.ts';
import { expectNoArguments } from '../../plugin/options.ts';

/** One handler without options. */
export const minimalControl: ControlPlugin = {
  name: 'minimal',
  isHandler: true,
  setup(dispenser) {
    dispenser.next();
    expectNoArguments(dispenser);
    return [{}];
  },
};

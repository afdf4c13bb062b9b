// Control half of erratic: reads the block, and flips readiness (CoreDNS: plugin/erratic/setup.go and ready.go).

import type { ControlPlugin } from '../../plugin/control.ts';
import { readOptions } from '../../plugin/options.ts';
import { defaultErratic, type ErraticOptions, erraticRows } from './options.ts';

/** Ready while that many queries have come, the second one excluded. */
const READY_FROM = 3;
const READY_BEFORE = 5;

/** One handler for all occurrences. */
export const erraticControl: ControlPlugin = {
  name: 'erratic',
  isHandler: true,
  setup(dispenser, block) {
    const read = defaultErratic();
    while (dispenser.next()) readOptions(dispenser, erraticRows, read);
    const { isDropSet, ...options } = read;
    // Other faults take the place of the standard one.
    if ((options.delay > 0 || options.truncate > 0) && !isDropSet) options.drop = 0;
    const handler: ErraticOptions = options;
    const queries = new Uint32Array(options.counter);
    block.instance.readiness.set('erratic', () => {
      const count = Atomics.load(queries, 0);
      return count >= READY_FROM && count < READY_BEFORE;
    });
    return [handler];
  },
};

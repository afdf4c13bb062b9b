// Control half of bufsize: one number (CoreDNS: plugin/bufsize/setup.go). All its errors are argument errors, and all have the
// plugin's name twice.

import { parseInteger } from '../../base/go-text.ts';
import { pluginError } from '../../corefile/error.ts';
import type { ControlPlugin } from '../../plugin/control.ts';

/** The size that avoids fragments on nearly every path (DNS flag day 2020). */
const DEFAULT_SIZE = 1232;
/** Octets; the smallest that every client takes, and the largest that RFC 6891 recommends. */
const MIN_SIZE = 512;
const MAX_SIZE = 4096;

/** Options of the handler. */
export interface BufsizeOptions {
  /** Octets. */
  readonly size: number;
}

/** One handler; the first occurrence decides. */
export const bufsizeControl: ControlPlugin = {
  name: 'bufsize',
  isHandler: true,
  setup(dispenser) {
    dispenser.next();
    const [text, ...more] = dispenser.remainingArgs();
    const size = text === undefined ? DEFAULT_SIZE : parseInteger(text);
    const isRight = typeof size === 'number' && size >= MIN_SIZE && size <= MAX_SIZE;
    if (!isRight || more.length > 0) throw pluginError('bufsize', dispenser.argErr());
    const options: BufsizeOptions = { size };
    return [options];
  },
};

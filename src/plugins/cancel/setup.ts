// Control half of cancel: one duration (CoreDNS: plugin/cancel/cancel.go).

import { parseDuration } from '../../base/duration.ts';
import { quote } from '../../base/go-text.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { ControlPlugin } from '../../plugin/control.ts';

/** A little more than the five seconds after which resolvers of clients ask again. */
const DEFAULT_TIMEOUT_MS = 5001;

/** Options of the handler. */
export interface CancelOptions {
  readonly timeoutMs: number;
}

/** One handler; the last occurrence decides. */
export const cancelControl: ControlPlugin = {
  name: 'cancel',
  isHandler: true,
  setup(dispenser) {
    let options: CancelOptions = { timeoutMs: DEFAULT_TIMEOUT_MS };
    while (dispenser.next()) {
      const args = dispenser.remainingArgs();
      if (args.length > 1) throw dispenser.argErr();
      options = { timeoutMs: args[0] === undefined ? DEFAULT_TIMEOUT_MS : readTimeout(args[0]) };
    }
    return [options];
  },
};

function readTimeout(text: string): number {
  const timeoutMs = parseDuration(text);
  if (typeof timeoutMs === 'string') throw new CorefileError(`invalid duration: ${quote(text)}`);
  if (timeoutMs <= 0) throw new CorefileError(`invalid negative duration: ${quote(text)}`);
  return timeoutMs;
}

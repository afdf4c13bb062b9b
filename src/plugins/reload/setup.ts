// Control half of reload, which is all of it: reads interval and jitter and ties the watch to the life of the instance
// (CoreDNS: plugin/reload/setup.go).

import { parseDuration } from '../../base/duration.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { CorefileWatch, type WatchOptions } from './corefile-watch.ts';

const DEFAULT_INTERVAL_MS = 30_000;
const DEFAULT_JITTER_MS = 15_000;
const MIN_INTERVAL_MS = 2000;
const MIN_JITTER_MS = 1000;

/** No handler. One watch a process: the options of the block that is set up last hold. */
export const reloadControl: ControlPlugin = {
  name: 'reload',
  isHandler: false,
  setup(dispenser, { instance }) {
    const options = readOptions(dispenser);
    const known = instance.shared.get('reload');
    if (known instanceof CorefileWatch) {
      known.options = options;
      return [];
    }
    const watch = new CorefileWatch(options, instance);
    instance.shared.set('reload', watch);
    instance.hooks.started.push(() => watch.start());
    instance.hooks.shutdown.push(() => watch.stop());
    instance.hooks.finalShutdown.push(() => watch.stop());
    return [];
  },
};

/** The first occurrence of a block counts, further ones are passed over. */
function readOptions(dispenser: Dispenser): WatchOptions {
  dispenser.next();
  const args = dispenser.remainingArgs();
  if (args.length > 2) throw dispenser.argErr();
  const [interval, jitter] = args;
  const intervalMs = interval === undefined ? DEFAULT_INTERVAL_MS : duration(interval);
  if (intervalMs < MIN_INTERVAL_MS) {
    throw new CorefileError('interval value must be greater or equal to 2s');
  }
  const jitterMs = jitter === undefined ? DEFAULT_JITTER_MS : duration(jitter);
  if (jitterMs < 0 || (jitterMs > 0 && jitterMs < MIN_JITTER_MS)) {
    throw new CorefileError('jitter value must be 0 or greater or equal to 1s');
  }
  return { intervalMs, jitterMs: Math.min(jitterMs, intervalMs / 2) };
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (typeof milliseconds === 'string') throw new CorefileError(milliseconds);
  return milliseconds;
}

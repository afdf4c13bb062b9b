// Control half of chaos: version and authors (CoreDNS: plugin/chaos/setup.go). Opens the block's listeners for classes other
// than IN.

import { hostname } from 'node:os';
import type { ControlPlugin } from '../../plugin/control.ts';

/** Who answers for this server when the Corefile names nobody. */
const DEFAULT_AUTHORS: readonly string[] = ['The Nodens authors'];

/** Options of the handler: texts, of which at most 255 octets are sent. */
export interface ChaosOptions {
  readonly version: string;
  readonly authors: readonly string[];
  readonly hostName: string;
}

/** One handler; sets `acceptsOtherClasses`. */
export const chaosControl: ControlPlugin = {
  name: 'chaos',
  isHandler: true,
  setup(dispenser, { settings, instance }) {
    dispenser.next();
    const [version = instance.product, ...authors] = dispenser.remainingArgs();
    settings.acceptsOtherClasses = true;
    const options: ChaosOptions = {
      version,
      authors: authors.length === 0 ? DEFAULT_AUTHORS : [...new Set(authors)],
      hostName: hostname(),
    };
    return [options];
  },
};

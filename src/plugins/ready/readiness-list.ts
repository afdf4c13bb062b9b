// Which plugins are not ready, over all blocks of an instance (CoreDNS: plugin/ready/list.go). How often a plugin is
// asked depends on the monitor mode, of which the whole instance has one: that of the last block with `ready`.

import type { Readiness } from '../../plugin/control.ts';

/** Asks the plugins of an instance. */
export class ReadinessList {
  readonly #readiness: ReadonlyMap<string, Readiness>;
  /** Plugins that need not be asked again. */
  readonly #done = new Set<Readiness>();
  /** `monitor continuously`: plugins are asked even after they were ready once. */
  isContinuous = false;

  /** `readiness` is the instance's map; it may still grow. */
  constructor(readiness: ReadonlyMap<string, Readiness>) {
    this.#readiness = readiness;
  }

  /** Sorted words of the plugins that are not ready. */
  unready(): string[] {
    const words: string[] = [];
    for (const [word, isReady] of this.#readiness) {
      if (this.#done.has(isReady)) continue;
      if (!isReady()) words.push(word);
      else if (!this.isContinuous) this.#done.add(isReady);
    }
    return words.sort();
  }
}

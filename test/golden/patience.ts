// Gives a slow machine time. The recording says after how long something was there on its own machine; a server that
// is late on a busy one is not wrong, one that never does it is.

import { delay } from './asker.ts';
import { differences } from './comparison.ts';
import type { GoldenCase, Observation } from './corpus.ts';

const PATIENCE_SECONDS = 2;
const ROUND_SECONDS = 0.05;

/** Looks again, for two seconds at most, until nothing differs or nothing can change any more. */
export async function patiently(
  golden: GoldenCase,
  look: () => Observation,
  isFinal: () => boolean = () => false,
): Promise<Observation> {
  for (let round = 0; round * ROUND_SECONDS < PATIENCE_SECONDS; round++) {
    const observed = look();
    if (isFinal() || differences(golden, observed).length === 0) return observed;
    await delay(ROUND_SECONDS);
  }
  return look();
}

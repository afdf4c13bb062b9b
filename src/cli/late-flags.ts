// V8's flags for the time after the start. Not on the command line: V8 takes a code cache only with the flags that it was made with,
// and Node's own modules have theirs for none (docs/adr/0005-start.md).

import { setFlagsFromString } from 'node:v8';
import type { Clock } from '../base/clock.ts';

/** Milliseconds from the opening of the sockets: what a start needs is loaded by then. */
export const START_MS = 2000;

/**
 * Old generations grow slowly (docs/adr/0004-memory.md). Changes of the cluster are few, so the code that works them off is compiled after
 * 30 of them in place of 400 (docs/adr/0007-cost-of-a-change.md).
 */
export const LATE_FLAGS: readonly string[] = [
  '--heap-growing-percent=50',
  '--invocation-count-for-maglev=30',
  '--minimum-invocations-after-ic-update=20',
];

/** Sets them when the start is through. */
export function setLateFlags(clock: Clock): void {
  const set = (): void => LATE_FLAGS.forEach((flag) => void setFlagsFromString(flag));
  clock.setTimeout(set, START_MS).unref();
}

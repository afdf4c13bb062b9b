import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { LATE_FLAGS, START_MS, setLateFlags } from '../../../src/cli/late-flags.ts';
import { FakeClock } from '../../support/fake-clock.ts';

test('V8 knows the flags: it passes over others', () => {
  const known = execFileSync(process.execPath, ['--v8-options'], { encoding: 'utf8' });
  for (const flag of LATE_FLAGS) expect(known).toContain(`${flag.replace(/=.*/, '')} (`);
});

test('they are set once, when the start is through', () => {
  const clock = new FakeClock();
  setLateFlags(clock);
  expect(clock.nextDueInMs).toBe(START_MS);
  clock.advance(START_MS);
  expect(clock.pendingTimers).toBe(0);
});

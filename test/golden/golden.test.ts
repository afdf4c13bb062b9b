// The recorded answers of CoreDNS 1.14.7, asked of bin/nodens. One test a scenario, which fails with every difference;
// what waits (waiting.json) runs too, is counted as waiting, and fails when it passes whole. GOLDEN=headless,pods/ runs the
// scenarios whose names begin so; GOLDEN_TAKE_OFF=1 takes what passes off the list.

import { afterAll, describe, expect, test } from 'vitest';
import { readCorpus } from './corpus.ts';
import { describeVerdict, judge, type Verdict } from './judge.ts';
import { Slots } from './slots.ts';
import { WaitingList } from './waiting.ts';

const SCENARIO_TIMEOUT_MS = 180_000;
const corpus = readCorpus();
const list = new WaitingList();
const slots = new Slots(3);
const verdicts: Verdict[] = [];
const chosen = (process.env['GOLDEN'] ?? '').split(',');
const scenarios = corpus.filter(({ name }) => chosen.some((prefix) => name.startsWith(prefix)));

afterAll(() => {
  const passing = new Set(verdicts.flatMap((verdict) => verdict.passing));
  if (process.env['GOLDEN_TAKE_OFF'] === '1') list.takeOff(passing, corpus);
  verdicts.sort((a, b) => (a.scenario < b.scenario ? -1 : 1));
  const sum = (field: 'cases' | 'passed' | 'failed' | 'waiting' | 'skipped'): number =>
    verdicts.reduce((total, verdict) => total + verdict[field], 0);
  const lines = verdicts.map(describeVerdict);
  const counts = `${sum('passed')} passed, ${sum('failed')} failed, ${sum('waiting')} waiting, ${sum('skipped')} skipped`;
  console.log(
    `${lines.join('\n')}\ngolden: ${sum('cases')} cases in ${verdicts.length} scenarios: ${counts}`,
  );
});

test('the list of what waits names only what there is', () => {
  expect(list.strays(corpus)).toEqual([]);
});

describe.concurrent('CoreDNS 1.14.7 and Nodens answer the same', () => {
  const table = scenarios.map((scenario) => [scenario.name, scenario] as const);
  test.for(table)('%s', { timeout: SCENARIO_TIMEOUT_MS }, async ([, scenario]) => {
    const verdict = await judge(scenario, list, slots);
    verdicts.push(verdict);
    if (verdict.failed > 0) throw failure(verdict);
  });
});

/** The differences alone: where in this file they are thrown helps nobody. */
function failure({ faults }: Verdict): Error {
  const error = new Error(`\n${faults.join('\n')}`);
  error.stack = error.message;
  return error;
}

// The outcome of a scenario: every case counted as passed, failed, waiting or skipped, with the text of each difference.

import { runCliCase } from './cli-case.ts';
import { type Difference, differences } from './comparison.ts';
import type { GoldenCase, GoldenScenario, Observation } from './corpus.ts';
import { LOCAL6 } from './placeholders.ts';
import { runScenario } from './scenario-run.ts';
import type { Slots } from './slots.ts';
import type { WaitingList } from './waiting.ts';

export interface Verdict {
  readonly scenario: string;
  readonly cases: number;
  readonly passed: number;
  readonly failed: number;
  readonly waiting: number;
  readonly skipped: number;
  readonly seconds: number;
  /** Why the whole scenario waits. */
  readonly reason: string | undefined;
  /** Entries of waiting.json that pass now. */
  readonly passing: readonly string[];
  /** Everything that is wrong, in words; for a waiting scenario what it waits with. */
  readonly faults: readonly string[];
}

/** Runs and judges. */
export async function judge(
  scenario: GoldenScenario,
  list: WaitingList,
  slots: Slots,
): Promise<Verdict> {
  let from = performance.now();
  const observed = new Map<string, Observation>();
  const faults: string[] = [];
  try {
    if (scenario.scenario.kind === 'cli') {
      const outcomes = scenario.cases.map((golden) => slots.run(() => runCliCase(golden)));
      for (const [i, golden] of scenario.cases.entries()) {
        observed.set(golden.id, (await outcomes[i]) ?? {});
      }
    } else {
      const all = await slots.run(() => {
        from = performance.now();
        return runScenario(scenario);
      });
      for (const [id, observation] of all) observed.set(id, observation);
    }
  } catch (error) {
    const missing = scenario.cases.length - observed.size;
    faults.push(`${missing} cases were not asked: ${String(error)}`);
  }
  const seconds = (performance.now() - from) / 1000;
  return { ...count(scenario, list, observed, faults), seconds };
}

function count(
  scenario: GoldenScenario,
  list: WaitingList,
  observed: ReadonlyMap<string, Observation>,
  startFaults: readonly string[],
): Omit<Verdict, 'seconds'> {
  const reason = list.reason(scenario);
  const faults = [...startFaults];
  const passing: string[] = [];
  const counts = { passed: 0, failed: 0, waiting: 0, skipped: 0 };
  for (const golden of scenario.cases) {
    const observation = observed.get(golden.id);
    const found = observation === undefined ? undefined : differences(golden, observation);
    const caseReason = list.caseReason(scenario, golden.id);
    const outcome = outcomeOf(golden, found, { reason, caseReason });
    counts[outcome]++;
    if (outcome === 'failed' && found?.length === 0) passing.push(`${scenario.name}#${golden.id}`);
    if (outcome === 'failed' && found !== undefined) faults.push(describeFailure(golden, found));
  }
  if (reason !== undefined && counts.waiting === 0) {
    faults.push(`${scenario.name} passes whole: take it off waiting.json`);
    passing.push(scenario.name);
    counts.failed++;
  }
  const cases = scenario.cases.length;
  return { scenario: scenario.name, cases, ...counts, reason, passing, faults };
}

interface Reasons {
  readonly reason: string | undefined;
  readonly caseReason: string | undefined;
}

/** `found` is undefined when the case was not asked, because the server did not come up. */
function outcomeOf(
  golden: GoldenCase,
  found: readonly Difference[] | undefined,
  { reason, caseReason }: Reasons,
): 'passed' | 'failed' | 'waiting' | 'skipped' {
  const isPassed = found?.length === 0;
  // A case on the list that passes is as wrong as one that should and does not: the list must shrink.
  if (isPassed) return caseReason === undefined ? 'passed' : 'failed';
  if (reason !== undefined || caseReason !== undefined) return 'waiting';
  return cannotBeAsked(golden) ? 'skipped' : 'failed';
}

function describeFailure(golden: GoldenCase, found: readonly Difference[]): string {
  if (found.length === 0) return `${golden.id} passes: take it off waiting.json`;
  return describeCase(golden, found);
}

/** A machine without an IPv6 address of its own cannot give it. */
function cannotBeAsked(golden: GoldenCase): boolean {
  return LOCAL6.length === 0 && JSON.stringify(golden.answer).includes('{LOCAL6}');
}

function describeCase(golden: GoldenCase, found: readonly Difference[]): string {
  const { name = golden.http?.path ?? '', type = '', transport = 'udp' } = golden.query ?? {};
  const lines = found.map(
    ({ field, want, got }) =>
      `    ${field}: want ${JSON.stringify(want)}\n    ${' '.repeat(field.length)}   got ${JSON.stringify(got)}`,
  );
  return [`${golden.id}: ${name} ${type} ${transport}`.trimEnd(), ...lines].join('\n');
}

/** One line a scenario. */
export function describeVerdict(verdict: Verdict): string {
  const { scenario, cases, passed, failed, waiting, skipped, seconds, reason } = verdict;
  const word = failed > 0 ? 'FAIL' : waiting > 0 ? 'wait' : 'ok  ';
  const notes = [
    ...(waiting > 0
      ? [`${waiting} waiting${reason === undefined ? ' (waiting.json)' : `: ${reason}`}`]
      : []),
    ...(skipped > 0 ? [`${skipped} skipped: no IPv6 address on this machine`] : []),
  ].join(', ');
  const counts = `${String(passed).padStart(4)}/${String(cases).padEnd(4)}`;
  return `${word} ${scenario.padEnd(40)} ${counts} ${seconds.toFixed(1).padStart(5)}s ${notes}`.trimEnd();
}

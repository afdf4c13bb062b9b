// What waits for a later issue: waiting.json has the groups (`hosts`), scenarios (`forward/next`) and single cases
// (`http/metrics#some-id`) by the reason why. The one place for it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoldenScenario } from './corpus.ts';

const FILE = join(import.meta.dirname, 'waiting.json');

export class WaitingList {
  /** Reasons by entry. */
  readonly #reasons: ReadonlyMap<string, string>;

  constructor(text: string = readFileSync(FILE, 'utf8')) {
    const entries = Object.entries(JSON.parse(text) as Record<string, readonly string[]>);
    this.#reasons = new Map(entries.flatMap(([reason, names]) => names.map((n) => [n, reason])));
  }

  /** Why a scenario waits; undefined when it must pass. */
  reason(scenario: GoldenScenario): string | undefined {
    const [group = ''] = scenario.name.split('/');
    return this.#reasons.get(scenario.name) ?? this.#reasons.get(group);
  }

  /** Why a case of a scenario that must pass waits. */
  caseReason(scenario: GoldenScenario, id: string): string | undefined {
    return this.#reasons.get(`${scenario.name}#${id}`);
  }

  /** Entries that name nothing in the corpus. */
  strays(corpus: readonly GoldenScenario[]): string[] {
    const known = new Set(
      corpus.flatMap((scenario) => [
        scenario.name,
        scenario.name.split('/')[0],
        ...scenario.cases.map((golden) => `${scenario.name}#${golden.id}`),
      ]),
    );
    return [...this.#reasons.keys()].filter((entry) => !known.has(entry));
  }
}

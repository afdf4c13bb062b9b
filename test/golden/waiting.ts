// What waits for a later issue: waiting.json lists groups (`hosts`), scenarios (`forward/next`) and single cases
// (`http/metrics#some-id`) with the reason of each. The one place for it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoldenScenario } from './corpus.ts';

export class WaitingList {
  readonly #reasons: ReadonlyMap<string, string>;

  constructor(text: string = readFileSync(join(import.meta.dirname, 'waiting.json'), 'utf8')) {
    this.#reasons = new Map(Object.entries(JSON.parse(text) as Record<string, string>));
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

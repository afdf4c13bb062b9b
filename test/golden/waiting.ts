// What waits for a later issue: waiting.json has the groups (`hosts`), scenarios (`forward/next`) and single cases
// (`http/metrics#some-id`) by the reason why. The one place for it.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoldenScenario } from './corpus.ts';

const FILE = join(import.meta.dirname, 'waiting.json');

export class WaitingList {
  /** As in the file: entries by reason. */
  readonly #entries: readonly (readonly [reason: string, names: readonly string[]])[];
  /** Reasons by entry. */
  readonly #reasons: ReadonlyMap<string, string>;

  constructor(text: string = readFileSync(FILE, 'utf8')) {
    this.#entries = Object.entries(JSON.parse(text) as Record<string, readonly string[]>);
    this.#reasons = new Map(
      this.#entries.flatMap(([reason, names]) => names.map((n) => [n, reason])),
    );
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

  /** Writes the file without what passes; a group of which a part passes becomes its scenarios. */
  takeOff(passing: ReadonlySet<string>, corpus: readonly GoldenScenario[]): void {
    const expand = (entry: string): readonly string[] => {
      const members = corpus.map(({ name }) => name).filter((name) => name.startsWith(`${entry}/`));
      return members.some((name) => passing.has(name)) ? members : [entry];
    };
    const left = this.#entries
      .map(([reason, names]) => {
        const kept = names.flatMap(expand).filter((name) => !passing.has(name));
        return [reason, kept] as const;
      })
      .filter(([, names]) => names.length > 0);
    writeFileSync(FILE, `${JSON.stringify(Object.fromEntries(left), null, 2)}\n`);
  }
}

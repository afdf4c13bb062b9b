// The tests of plugins whose recorded answers and configuration errors of CoreDNS (shared corpus) are checked in process.
import { describe, expect, test } from 'vitest';
import {
  ask,
  compared,
  type PluginHalves,
  recordedCases,
  recordedChain,
  recordedSetups,
  scenariosOf,
  setUp,
} from './recorded-chain.ts';

/** Defines the tests of one plugin: a chain for each scenario's Corefile, and a setup for each error. */
export function testRecordings(halves: PluginHalves): void {
  const plugin = halves.control.name;
  const scenarios = scenariosOf(plugin);
  describe.skipIf(scenarios.length === 0)('recorded answers (needs the shared corpus)', () => {
    test.each(scenarios)('%s: answers as CoreDNS did', async (scenario) => {
      const chain = await recordedChain(halves, scenario);
      const cases = recordedCases(plugin, scenario);
      expect(cases.length).toBeGreaterThan(0);
      for (const { id, query, answer } of cases) {
        if (query === undefined) continue;
        expect(await ask(chain, query), id).toEqual(compared(answer));
      }
    });

    test.each(recordedSetups(plugin))(
      "$id: the error is CoreDNS's",
      async ({ corefile, stderr }) => {
        const error = await setUp(halves, corefile).then(
          () => '',
          (reason: Error) => `plugin/${plugin}: ${reason.message}\n`,
        );
        expect(error).toBe(stderr);
      },
    );
  });
}

// The recorded answers and configuration errors of CoreDNS (shared corpus) for rewrite, in process: a chain built from
// each scenario's Corefile.
import { describe, expect, test } from 'vitest';
import { rewriteServing } from '../../../../src/plugins/rewrite/rewrite.ts';
import { rewriteControl } from '../../../../src/plugins/rewrite/setup.ts';
import {
  ask,
  compared,
  recordedCases,
  recordedChain,
  recordedSetups,
  scenariosOf,
  setUp,
} from '../../../support/recorded-chain.ts';

const halves = { control: rewriteControl, serving: rewriteServing };
const scenarios = scenariosOf('rewrite');

describe.skipIf(scenarios.length === 0)('recorded answers (needs the shared corpus)', () => {
  test.each(scenarios)('%s: answers as CoreDNS did', async (scenario) => {
    const chain = await recordedChain(halves, scenario);
    const cases = recordedCases('rewrite', scenario);
    expect(cases.length).toBeGreaterThan(0);
    for (const { id, query, answer } of cases) {
      if (query === undefined) continue;
      expect(await ask(chain, query), id).toEqual(compared(answer));
    }
  });

  test.each(recordedSetups('rewrite'))(
    "$id: the error is CoreDNS's",
    async ({ corefile, stderr }) => {
      const error = await setUp(halves, corefile).then(
        () => '',
        (reason: Error) => `plugin/rewrite: ${reason.message}\n`,
      );
      expect(error).toBe(stderr);
    },
  );
});

// The recorded answers and configuration errors of CoreDNS (shared corpus) for template, in process: a chain built from
// each scenario's Corefile.
import { describe, expect, test } from 'vitest';
import { templateControl } from '../../../../src/plugins/template/setup.ts';
import { templateServing } from '../../../../src/plugins/template/template.ts';
import {
  ask,
  compared,
  recordedCases,
  recordedChain,
  recordedSetups,
  scenariosOf,
  setUp,
} from '../../../support/recorded-chain.ts';

const halves = { control: templateControl, serving: templateServing };
const scenarios = scenariosOf('template');

describe.skipIf(scenarios.length === 0)('recorded answers (needs the shared corpus)', () => {
  test.each(scenarios)('%s: answers as CoreDNS did', async (scenario) => {
    const chain = await recordedChain(halves, scenario);
    const cases = recordedCases('template', scenario);
    expect(cases.length).toBeGreaterThan(0);
    for (const { id, query, answer } of cases) {
      if (query === undefined) continue;
      expect(await ask(chain, query), id).toEqual(compared(answer));
    }
  });

  test.each(recordedSetups('template'))(
    "$id: the error is CoreDNS's",
    async ({ corefile, stderr }) => {
      const error = await setUp(halves, corefile).then(
        () => '',
        (reason: Error) => `plugin/template: ${reason.message}\n`,
      );
      expect(error).toBe(stderr);
    },
  );
});

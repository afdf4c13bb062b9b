import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { optionList, syntaxText } from '../../../../src/plugin/options.ts';
import { kubernetesRows } from '../../../../src/plugins/kubernetes/block.ts';
import { kubernetesControl } from '../../../../src/plugins/kubernetes/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

const README = readFileSync(
  join(import.meta.dirname, '../../../../src/plugins/kubernetes/README.md'),
  'utf8',
);

test('the README shows the options of the table', () => {
  expect(README).toContain(syntaxText('kubernetes [ZONES...]', kubernetesRows));
  expect(README).toContain(optionList(kubernetesRows));
});

const examples = [...README.matchAll(/```corefile\n(.*?)```/gs)].map(([, text = '']) => text);

test.each(examples)('the README example can be loaded: %s', async (text) => {
  const bench = new ControlBench();
  expect(await bench.load(kubernetesControl, text)).toHaveLength(1);
});

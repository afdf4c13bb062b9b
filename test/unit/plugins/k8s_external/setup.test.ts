// The control half of k8s_external: options, CoreDNS's error texts, and what it asks of plugin kubernetes.
import { expect, test } from 'vitest';
import { wishedExternalNames } from '../../../../src/plugin/external-names.ts';
import { externalRows } from '../../../../src/plugins/k8s_external/options.ts';
import { externalControl } from '../../../../src/plugins/k8s_external/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

test('options of all stanzas add up, the zones of the last one count', async () => {
  const bench = new ControlBench();
  const text = `a.test:1053 {
    k8s_external x.test
    k8s_external B.test {
      apex names more
      ttl 30
      headless
      fallthrough c.test
    }
    kubernetes
  }`;
  expect(await bench.load(externalControl, text)).toEqual([
    { zones: ['b.test.'], apex: 'names', ttl: 30, fallthrough: ['c.test.'] },
  ]);
  const [block] = bench.blocks;
  expect(block && wishedExternalNames(block)).toEqual({ hasHeadless: true });
});

test('the zones of the block are the default', async () => {
  const text = 'a.test:1053 {\nk8s_external\nkubernetes\n}';
  expect(await new ControlBench().load(externalControl, text)).toEqual([
    { zones: ['a.test.'], apex: 'dns', ttl: 5, fallthrough: undefined },
  ]);
});

test('there is nothing without plugin kubernetes', async () => {
  const text = 'a.test:1053 {\nk8s_external\n}';
  expect(await new ControlBench().errorOf(externalControl, text)).toBe(
    'kubernetes plugin not loaded',
  );
});

test.each([
  ['ttl x', 'strconv.Atoi: parsing "x": invalid syntax'],
  ['ttl 4000', 'Corefile:3 - Error during parsing: ttl must be in range [0, 3600]: 4000'],
  ['ttl -1', 'Corefile:3 - Error during parsing: ttl must be in range [0, 3600]: -1'],
  [
    'apex',
    "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'apex'",
  ],
  ['foo', "Corefile:3 - Error during parsing: unknown property 'foo'"],
])('%s: %s', async (line, error) => {
  const text = `a.test:1053 {\nk8s_external {\n${line}\n}\n}`;
  expect(await new ControlBench().errorOf(externalControl, text)).toBe(error);
});

test('all options have a sentence for the README', () => {
  for (const { name, doc } of externalRows) expect(doc, name).not.toBe('');
});

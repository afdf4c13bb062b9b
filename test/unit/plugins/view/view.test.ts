// Views: which queries they take, their setup. The language of expressions has tests of its own.
import { describe, expect, test } from 'vitest';
import { isMetadataProvider } from '../../../../src/plugin/metadata.ts';
import { isQueryFilter } from '../../../../src/plugin/query-filter.ts';
import { viewControl } from '../../../../src/plugins/view/setup.ts';
import { viewServing } from '../../../../src/plugins/view/view.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';

function accepts(...expressions: readonly string[]): boolean {
  const options = { viewName: 'v', expressions: [...expressions] };
  const handler = viewServing.create(options, { name: 'n', serve: () => 7 }, undefined as never);
  const exchange = exchangeFor({ name: 'www.example.org.', edns: { bufsize: 1232, do: true } });
  expect(handler.serve(exchange)).toBe(7);
  return isQueryFilter(handler) && handler.accepts(exchange);
}

describe('a view takes a query', () => {
  test('when every one of its expressions is true, and without any', () => {
    expect(accepts('true', 'do()')).toBe(true);
    expect(accepts('true', 'false')).toBe(false);
    expect(accepts()).toBe(true);
  });

  test.each([
    // Anything but true.
    "'x'",
    '1',
    'nil',
    '[true]',
    // Faults while it runs.
    "incidr('x', '10.0.0.0/8')",
    "first(['a']) && true",
    "'a' matches ('(' + '')",
  ])('not for %s', (expression) => {
    expect(accepts(expression)).toBe(false);
  });
});

describe('setup', () => {
  test('takes the name and all expressions', async () => {
    const bench = new ControlBench();
    const corefile = ".:1053 {\nview a {\nexpr name() ==  'x'\nexpr do()\n}\n}";
    expect(await bench.load(viewControl, corefile)).toEqual([
      { viewName: 'a', expressions: ["name() == 'x'", 'do()'] },
    ]);
    expect(bench.blocks[0]?.settings.view).toBe('a');
  });

  const argument = 'Wrong argument count or unexpected line ending after';
  test.each([
    ['view', `Corefile:2 - Error during parsing: ${argument} 'view'`],
    ['view a b', `Corefile:2 - Error during parsing: ${argument} 'b'`],
    ['view a {\nfoo\n}', "Corefile:3 - Error during parsing: unknown property 'foo'"],
    ['view a {\nexpr\n}', 'unexpected token EOF'],
    ['view a {\nexpr nosuch()\n}', 'unknown name nosuch (1:1)\n | nosuch()\n | ^'],
    ['view a {\nexpr group(1) == 1\n}', 'unknown name group (1:1)\n | group(1) == 1\n | ^'],
    ['view a\nview b', 'this plugin can only be used once per Server Block'],
  ])('refuses %s', async (lines, text) => {
    expect(await new ControlBench().errorOf(viewControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });
});

test('the name of the view is metadata', () => {
  const options = { viewName: 'v', expressions: [] };
  const handler = viewServing.create(options, { name: 'n', serve: () => 7 }, undefined as never);
  const metadata = new Map<string, () => string>();
  if (isMetadataProvider(handler)) handler.addMetadata(exchangeFor({ name: 'a.' }), metadata);
  expect(metadata.get('view/name')?.()).toBe('v');
});

// Expressions of views: what they come to, and what is wrong with others.
import { describe, expect, test } from 'vitest';
import { Exchange } from '../../../../src/plugin/exchange.ts';
import { isMetadataProvider } from '../../../../src/plugin/metadata.ts';
import { isQueryFilter } from '../../../../src/plugin/query-filter.ts';
import { check } from '../../../../src/plugins/view/expression/check.ts';
import { parse } from '../../../../src/plugins/view/expression/parser.ts';
import { viewControl } from '../../../../src/plugins/view/setup.ts';
import { viewServing } from '../../../../src/plugins/view/view.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';

function accepts(...expressions: readonly string[]): boolean {
  for (const each of expressions) check(parse(each));
  const options = { viewName: 'v', expressions: [...expressions] };
  const handler = viewServing.create(options, { name: 'n', serve: () => 7 }, undefined as never);
  const made = exchangeFor({
    name: 'WWW.Example.org.',
    type: 'AAAA',
    transport: 'tcp',
    edns: { bufsize: 1232, do: true },
  });
  const client = { ...made.client, address: '192.0.2.7', localAddress: '[::]' };
  const exchange = new Exchange({ ...made } as never, made.name, client, 0);
  exchange.metadata = new Map([['a/b', () => 'value']]);
  expect(handler.serve(exchange)).toBe(7);
  return isQueryFilter(handler) && handler.accepts(exchange);
}

/** The error that ends the start. */
async function errorOf(expression: string): Promise<string | undefined> {
  const corefile = `.:1053 {\nview v {\nexpr ${expression}\n}\n}`;
  return await new ControlBench().errorOf(viewControl, corefile);
}

describe('true is', () => {
  test.each([
    // The query.
    'bufsize() == 65535',
    "class() == 'IN'",
    "client_ip() == '192.0.2.7'",
    'do()',
    'id() == 4711',
    "name() == 'www.example.org.'",
    'opcode() == 0',
    "port() == '40000'",
    "proto() == 'tcp'",
    "server_ip() == '::' and server_port() == '53'",
    'size() == 33',
    "type() == 'AAAA'",
    "incidr(client_ip(), '192.0.2.0/24')",
    "not incidr(client_ip(), '2001:db8::/32')",
    "metadata('a/b') == 'value' && metadata('x/y') == ''",
    // Operators.
    '1 + 2 * 3 == 7 && 10 - 2 - 3 == 5',
    '2 ** 3 ** 2 == 512 and 2 ^ 3 == 8',
    '7 / 2 == 3.5 && 7 % 4 == 3 && -2 + +3 == 1',
    "1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2 && 'a' < 'b'",
    'false || true && !false',
    "type() in ['A', 'AAAA'] && type() not in ['MX']",
    "name() startsWith 'www.' && name() endsWith '.org.' && name() contains 'example'",
    "name() matches '^w+[.]' && not (name() matches 'x$')",
    "type() matches metadata('no') ",
    "not (name() not contains 'www')",
    'do() ? true : false',
    'false ? false : true',
    '(do() ?: false)',
    "nil ?? 'x' == 'x'",
    '3 in 1..4',
    "'a' + 'b' == 'ab'",
    "['a', 1] == ['a', 1,] && ['a'] != ['b'] && [1] != [1, 2]",
    "[1, 2, 3][1] == 2 && [1, 2][-1] == 2 && 'abc'[0] == 'a'",
    "'hello'[1:3] == 'el' && 'hello'[:2] == 'he' && 'hello'[3:] == 'lo' && [1, 2, 3][1:] == [2, 3]",
    '0x10 == 16 && 0b11 == 3 && 0o17 == 15 && 1_000 == 1000 && 1e3 == 1000 && .5 == 0.5',
    '"\\x41\\u0042\\t" == "AB\t" && `\\n` != "\\n"',
    // Functions of the language.
    "len('abc') == 3 && len([1]) == 1",
    "upper('a') == 'A' && lower('A') == 'a'",
    "trim(' a ') == 'a' && trim('xax', 'x') == 'a'",
    "trimPrefix('abc', 'a') == 'bc' && trimSuffix('abc', 'c') == 'ab' && trimPrefix('b', 'a') == 'b' && trimSuffix('b', 'a') == 'b'",
    "hasPrefix('abc', 'a') && hasSuffix('abc', 'c')",
    "indexOf('abc', 'c') == 2 && lastIndexOf('aba', 'a') == 2",
    "split('a.b', '.') == ['a', 'b'] && join(['a', 'b'], '-') == 'a-b' && join(['a', 'b']) == 'ab'",
    "replace('aba', 'a', 'c') == 'cbc'",
    "string(12) == '12' && int('12') == 12 && int(1.9) == 1 && float('1.5') == 1.5",
    'abs(-1) == 1 && min(1, 2) == 1 && max(1, 2) == 2',
    'first([1, 2]) == 1 && last([1, 2]) == 2 && first([]) == nil && last([]) == nil',
    "any(['192.0.2.0/24', '10.0.0.0/8'], incidr(client_ip(), #))",
    'all([2, 4], # % 2 == 0) && none([1], {# > 1}) && one([1, 2], # == 2)',
    'count([1, 2, 3], # > 1) == 2 && filter([1, 2], # > 1) == [2] && find([1, 2], # > 1) == 2',
    'map([1, 2], # * 2) == [2, 4] && find([1], # > 1) == nil',
    "name() | split('.') | len() == 4",
    "'WWW' | lower() == 'www'",
  ])('%s', (expression) => {
    expect(accepts(expression)).toBe(true);
  });

  test('every one of several, and none at all', () => {
    expect(accepts('true', 'do()')).toBe(true);
    expect(accepts('true', 'false')).toBe(false);
    expect(accepts()).toBe(true);
  });
});

describe('false is', () => {
  test.each([
    'false',
    // Anything but true.
    "'x'",
    '1',
    'nil',
    '[true]',
    // Faults while it runs.
    "incidr('x', '10.0.0.0/8')",
    "incidr(client_ip(), 'x')",
    '[1][2] == 1',
    "int('x') == 0",
    "int('') == 0",
    "first(['a']) + 1 == 1",
    "first(['a']) && true",
    "first([1]) contains 'x'",
    'len(first([1])) == 1',
    '(0..100000) == []',
    "'a' matches ('(' + '')",
    "first(['a']) ? true : true",
  ])('%s', (expression) => {
    expect(accepts(expression)).toBe(false);
  });
});

describe('a wrong expression', () => {
  test.each([
    ['', 'unexpected token EOF'],
    ['name(', 'unexpected token EOF (1:5)\n | name(\n | ....^'],
    ['nosuch()', 'unknown name nosuch (1:1)\n | nosuch()\n | ^'],
    ['nosuch', 'unknown name nosuch (1:1)\n | nosuch\n | ^'],
    [
      'do() && type() == nosuch',
      'unknown name nosuch (1:19)\n | do() && type() == nosuch\n | ..................^',
    ],
    ['name', 'name is a function: write name() (1:1)\n | name\n | ^'],
    ['1 )', 'unexpected token Bracket(")") (1:3)\n | 1 )\n | ..^'],
    ['1 2', 'unexpected token Number("2") (1:3)\n | 1 2\n | ..^'],
    ['==', 'unexpected token Operator("==") (1:1)\n | ==\n | ^'],
    ['"# == 1"', 'unexpected token Operator("#") (1:1)\n | # == 1\n | ^'],
    ['[1,', 'unexpected token EOF (1:3)\n | [1,\n | ..^'],
    ['[][]', 'unexpected token Bracket("]") (1:4)\n | [][]\n | ...^'],
    ['true ? 1', 'unexpected token EOF (1:8)\n | true ? 1\n | .......^'],
    ['1 | 2', 'unexpected token Number("2") (1:5)\n | 1 | 2\n | ....^'],
    ['any([1])', 'unexpected token Bracket(")") (1:8)\n | any([1])\n | .......^'],
    ['1 @ 2', "unrecognized character: U+0040 '@' (1:3)\n | 1 @ 2\n | ..^"],
    ["'x", "literal not terminated (1:1)\n | 'x\n | ^"],
    ["'\\q'", "invalid char escape (1:2)\n | '\\q'\n | .^"],
    ["'\\x4'", "invalid char escape (1:2)\n | '\\x4'\n | .^"],
    ['0x_', 'invalid float literal: 0x_ (1:1)\n | 0x_\n | ^'],
    ['name(1)', 'too many arguments to call name (1:1)\n | name(1)\n | ^'],
    ["incidr('a')", "not enough arguments to call incidr (1:1)\n | incidr('a')\n | ^"],
    [
      'metadata(1)',
      'cannot use int as argument (type string) to call metadata  (1:10)\n | metadata(1)\n | .........^',
    ],
    [
      "id() == 'x'",
      "invalid operation: == (mismatched types int and string) (1:6)\n | id() == 'x'\n | .....^",
    ],
    [
      'id() && true',
      'invalid operation: && (mismatched types int and bool) (1:6)\n | id() && true\n | .....^',
    ],
    [
      "'a' in 'abc'",
      "invalid operation: in (mismatched types string and string) (1:5)\n | 'a' in 'abc'\n | ....^",
    ],
    [
      "id() contains 'x'",
      "invalid operation: contains (mismatched types int and string) (1:6)\n | id() contains 'x'\n | .....^",
    ],
    [
      "id() < 'x'",
      "invalid operation: < (mismatched types int and string) (1:6)\n | id() < 'x'\n | .....^",
    ],
    [
      'name() - 1',
      'invalid operation: - (mismatched types string and int) (1:8)\n | name() - 1\n | .......^',
    ],
    [
      'name() + 1',
      'invalid operation: + (mismatched types string and int) (1:8)\n | name() + 1\n | .......^',
    ],
    ['!name()', 'invalid operation: ! (mismatched type string) (1:1)\n | !name()\n | ^'],
    ['-name()', 'invalid operation: - (mismatched type string) (1:1)\n | -name()\n | ^'],
    [
      'name() ? 1 : 2',
      'non-bool expression (type string) used as condition (1:1)\n | name() ? 1 : 2\n | ^',
    ],
    [
      "[1]['a']",
      "array elements can only be selected using an integer (got string) (1:5)\n | [1]['a']\n | ....^",
    ],
    ['any(1, true)', 'builtin any takes only array (got int) (1:1)\n | any(1, true)\n | ^'],
    ["name() matches '('", 'missing closing )'],
    [`${'('.repeat(300)}1`, 'expression too deep'],
    [`${'!'.repeat(300)}true`, 'expression too deep'],
  ])('%s', async (expression, text) => {
    const error = (await errorOf(expression)) ?? accepts(expression);
    if (text.includes('\n') || text === 'unexpected token EOF') expect(error).toBe(text);
    else expect(error).toContain(text);
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

// Expressions of view and template: what they come to, and what is wrong with others.
import { describe, expect, test } from 'vitest';
import { Exchange } from '../../../../src/plugin/exchange.ts';
import {
  checkExpression,
  compileExpression,
} from '../../../../src/plugin/expression/expression.ts';
import { QUERY_SCOPE, stanzaScope } from '../../../../src/plugin/expression/scope.ts';
import type { Subject } from '../../../../src/plugin/expression/subject.ts';
import type { Value } from '../../../../src/plugin/expression/value.ts';
import { exchangeFor } from '../../../support/chain-doubles.ts';

function subject(): Subject {
  const made = exchangeFor({
    name: 'WWW.Example.org.',
    type: 'AAAA',
    transport: 'tcp',
    edns: { bufsize: 1232, do: true },
  });
  const client = { ...made.client, address: '192.0.2.7', localAddress: '[::]' };
  const exchange = new Exchange({ ...made } as never, made.name, client, 0);
  exchange.metadata = new Map([['a/b', () => 'value']]);
  return {
    exchange,
    variables: new Map<string, Value>([['counted', 3]]),
    groups: new Map([
      ['0', 'whole'],
      ['n', 'named'],
    ]),
  };
}

const scope = stanzaScope(new Map([['counted', 'int']]));

function evaluated(expression: string): Value {
  checkExpression(expression, scope);
  return compileExpression(expression)(subject(), null);
}

/** What is wrong with an expression. */
function errorOf(expression: string, where = QUERY_SCOPE): string {
  try {
    return `of type ${checkExpression(expression, where)}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
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
    '[1, 2, 3][1] == 2 && [1, 2][-1] == 2',
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
    "'\\101\\u00e4\\U0001F600' == 'Aä😀' && 1 /* one */ == 1 // comment",
    "trimPrefix(' a') == 'a' && trimSuffix('a ') == 'a'",
    "split('a.b.c', '.', 2) == ['a', 'b.c'] && split('a.b', '.', 0) == [] && split('a', '.', 5) == ['a']",
    "replace('aaa', 'a', 'b', 2) == 'bba' && replace('aa', 'a', 'b', -1) == 'bb' && replace('ab', '', '-') == '-a-b-'",
    "string([1, 'a', nil, true]) == '[1 a <nil> true]' && repeat('ab', 2) == 'abab'",
    'round(2.5) == 3 && round(-2.5) == -3 && floor(-1.5) == -2 && ceil(1) == 1',
    'max([1, 3], 2) == 3 && min(3, [1], 2) == 1 && max([]) == nil && max(1) == 1',
    'take([1, 2], 5) == [1, 2] && reverse([1, 2]) == [2, 1] && concat([1], [2]) == [1, 2]',
    'count([true, false]) == 1 && sum(1..3) == 6 && sum([1, 2], # * 2) == 6 && ([true] | count()) == 1',
    "split('a.b', '.')[1] + 'c' == 'bc' && (1..3)[0] + 1 == 2 && first(['a']) + 'b' == 'ab'",
    // What stanzas of template have besides.
    "counted + 1 == 4 && group(0) == 'whole' && group('n') == 'named' && group('x') == ''",
  ])('%s', (expression) => {
    expect(evaluated(expression)).toBe(true);
  });
});

describe('a fault while it runs', () => {
  test.each([
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
    "int('0x10') == 16",
    "int(' 1') == 1",
    "int('1.5') == 1",
    "float('1_0') == 10",
    '1 % (id() - id()) == 1',
    "repeat('a', -1) == ''",
    "repeat('a', 100000) == ''",
    'take([1], -1) == []',
  ])('%s', (expression) => {
    expect(() => evaluated(expression)).toThrow();
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
    ['# == 1', 'unexpected token Operator("#") (1:1)\n | # == 1\n | ^'],
    ['[1,', 'unexpected token EOF (1:3)\n | [1,\n | ..^'],
    ['[][]', 'unexpected token Bracket("]") (1:4)\n | [][]\n | ...^'],
    ['true ? 1', 'unexpected token EOF (1:8)\n | true ? 1\n | .......^'],
    ['1 | 2', 'unexpected token Number("2") (1:5)\n | 1 | 2\n | ....^'],
    ['any([1])', 'expected at least 2 arguments (1:8)\n | any([1])\n | .......^'],
    ['1 @ 2', "unrecognized character: U+0040 '@' (1:3)\n | 1 @ 2\n | ..^"],
    ["'x", "literal not terminated (1:3)\n | 'x\n | ..^"],
    ["'\\q'", "invalid char escape (1:3)\n | '\\q'\n | ..^"],
    ["'\\x4'", "invalid char escape (1:5)\n | '\\x4'\n | ....^"],
    ["'\\Uffffffff'", "invalid char escape (1:12)\n | '\\Uffffffff'\n | ...........^"],
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
    ['any(1, true)', 'builtin any takes only array (got int) (1:5)\n | any(1, true)\n | ....^'],
    ["not 'a'", "invalid operation: not (mismatched type string) (1:1)\n | not 'a'\n | ^"],
    [
      '1 and true',
      'invalid operation: and (mismatched types int and bool) (1:3)\n | 1 and true\n | ..^',
    ],
    [
      'true && nil',
      'invalid operation: && (mismatched types bool and unknown) (1:6)\n | true && nil\n | .....^',
    ],
    [
      "[1] == 'x'",
      "invalid operation: == (mismatched types []interface {} and string) (1:5)\n | [1] == 'x'\n | ....^",
    ],
    [
      "1.5 == 'x'",
      "invalid operation: == (mismatched types float64 and string) (1:5)\n | 1.5 == 'x'\n | ....^",
    ],
    [
      '1 % 1.5',
      'invalid operation: % (mismatched types int and float64) (1:3)\n | 1 % 1.5\n | ..^',
    ],
    [
      '1.5..3',
      'invalid operation: .. (mismatched types float64 and int) (1:4)\n | 1.5..3\n | ...^',
    ],
    ['[1] - 1', 'mismatched types []interface {} and int'],
    ["'a' / 1", 'mismatched types string and int'],
    ["'a' in 1..2", 'mismatched types string and []int'],
    ['1[0]', 'unexpected token Bracket("[") (1:2)\n | 1[0]\n | .^'],
    ["'abc'[5]", "type string[int] is undefined (1:6)\n | 'abc'[5]\n | .....^"],
    ['id()[1:]', 'cannot slice int (1:5)\n | id()[1:]\n | ....^'],
    ["'abc'[1.5:]", "non-integer slice index float64 (1:7)\n | 'abc'[1.5:]\n | ......^"],
    ["abs('a')", "invalid argument for abs (type string) (1:1)\n | abs('a')\n | ^"],
    ['len(1)', 'invalid argument for len (type int) (1:1)\n | len(1)\n | ^'],
    ['len([1], 2)', 'invalid number of arguments (expected 1, got 2)'],
    ['int(true)', 'invalid argument for int (type bool)'],
    ['float([1])', 'invalid argument for float (type []interface {})'],
    ["ceil('a')", 'invalid argument for ceil (type string)'],
    ["max('a', 'b')", 'invalid argument for max (type string)'],
    ['max()', 'not enough arguments to call max'],
    ['first(1)', 'cannot get first element from int (1:1)\n | first(1)\n | ^'],
    ["last('a')", 'cannot get last element from string'],
    ["reverse('a')", 'cannot reverse string'],
    ['concat()', 'invalid number of arguments (expected at least 1, got 0)'],
    ['concat([1], 2)', 'cannot concat int'],
    [
      'filter([1], 1)',
      'predicate should return boolean (got int) (1:13)\n | filter([1], 1)\n | ............^',
    ],
    ['[1] | any()', 'expected at least 2 arguments (1:11)\n | [1] | any()\n | ..........^'],
    ["group('n')", "unknown name group (1:1)\n | group('n')\n | ^"],
    ['count', 'count is a function: write count()'],
    ['$', 'unknown name $ (1:1)\n | $\n | ^'],
    ["name() matches '('", 'missing closing )'],
    [`${'('.repeat(300)}1`, 'expression too deep'],
    [`${'!'.repeat(300)}true`, 'expression too deep'],
  ])('%s', (expression, text) => {
    const error = errorOf(expression);
    if (text.includes('\n') || text === 'unexpected token EOF') expect(error).toBe(text);
    else expect(error).toContain(text);
  });
});

test('a variable is no function', () => {
  expect(errorOf('counted()', scope)).toBe('int is not callable (1:1)\n | counted()\n | ^');
  expect(errorOf('group()', scope)).toContain('not enough arguments to call group');
});

describe('the type of', () => {
  test.each([
    ['1', 'int'],
    ['1.5', 'float64'],
    ['8 / 2', 'float64'],
    ['1 + 1', 'int'],
    ['1 - 1.5', 'float64'],
    ["'a' + 'b'", 'string'],
    ['nil', 'nil'],
    ['do()', 'bool'],
    ['[1]', '[]interface {}'],
    ['1..2', '[]int'],
    ["split('a', 'b')[1:]", '[]string'],
    ['first([1]) + 1', 'unknown'],
    ["first(['a']) + 'a'", 'unknown'],
    ['first([1]) * 2', 'unknown'],
    ["do() ? 1 : 'a'", 'unknown'],
    ['nil ?? 1', 'unknown'],
    ['1 ?? 2', 'int'],
    ['max(1, 2)', 'int'],
    ['max([1])', 'unknown'],
  ])('%s is %s', (expression, type) => {
    expect(checkExpression(expression, QUERY_SCOPE)).toBe(type);
  });
});

import { expect, test } from 'vitest';
import { replaceEnvironment } from '../../../src/corefile/environment.ts';

const ENV = {
  A: 'one',
  B: 'two words',
  'C D': 'blank',
  NESTED: '{$A}!',
  PERCENT: '{%A%}',
  DOLLARS: "$&$1$'",
  SELF: 'x{$SELF}',
  PING: '{$PONG}',
  PONG: '{$PING}',
};

test.each([
  ['plain', 'plain'],
  ['{ }', '{ }'],
  ['{$A}', 'one'],
  ['{%A%}', 'one'],
  ['x{$A}y{$A}z{%B%}', 'xoneyonez' + 'two words'],
  ['{$C D}', 'blank'],
  ['{$NESTED}', 'one!'],
  ['{%NESTED%}', 'one!'],
  ['{$PERCENT}', '{%A%}'],
  ['{$DOLLARS}', "$&$1$'"],
  ['[{$UNSET}]', '[]'],
  ['{$}', '{$}'],
  ['{%%}', '{%%}'],
  ['{%}', '{%}'],
  ['{$} {$A}', '{$} {$A}'],
  ['{$A', '{$A'],
  ['{%A}', '{%A}'],
  ['{{$x}}', '{}'],
  ['{$toString}', ''],
])('%s becomes %s', (text, expected) => {
  expect(replaceEnvironment(text, ENV)).toBe(expected);
});

test.each(['{$SELF}', '{$PING}', 'a{%SELF%}'])('%s refers to itself', (text) => {
  expect(replaceEnvironment(text, ENV)).toBeUndefined();
});

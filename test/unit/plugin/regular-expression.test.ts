import { expect, test } from 'vitest';
import { compilePattern, excessOctets } from '../../../src/plugin/regular-expression.ts';

test('compiles what Go compiles', () => {
  const compiled = compilePattern('(?i)^(a+)[.]b$');
  if (typeof compiled === 'string') throw new Error(compiled);
  expect(compiled.matcher('AA.b').find()).toBe(true);
  expect(compiled.groupCount()).toBe(1);
});

test.each([
  ['a(b', 'error parsing regexp: missing closing ): `a(b`'],
  ['[z-a]', 'error parsing regexp: invalid character class range: `z-a`'],
  ['(?=a)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
  ['a\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
])('says of %s what Go says', (pattern, text) => {
  expect(compilePattern(pattern)).toBe(text);
});

test.each([
  ['a'.repeat(10_000), undefined],
  ['a'.repeat(10_001), '10001 > 10000'],
  ['ä'.repeat(5000), undefined],
  ['ä'.repeat(5001), '10002 > 10000'],
])('counts octets, not characters', (pattern, excess) => {
  expect(excessOctets(pattern)).toBe(excess);
});

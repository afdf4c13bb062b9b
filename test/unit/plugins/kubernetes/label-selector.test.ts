import { describe, expect, test } from 'vitest';
import { parseLabelSelector } from '../../../../src/plugins/kubernetes/label-selector.ts';

describe('selectors', () => {
  test.each([
    ['a=b', 'a=b', { a: 'b' }, { a: 'c' }],
    ['a==b', 'a=b', { a: 'b' }, {}],
    ['a=', 'a=', { a: '' }, { a: 'b' }],
    ['a', 'a', { a: '' }, { b: 'a' }],
    ['!a', '!a', { b: 'a' }, { a: '' }],
    ['tier in (back, middle)', 'tier in (back,middle)', { tier: 'back' }, { tier: 'front' }],
    ['a in (y,x,y)', 'a in (x,y)', { a: 'y' }, {}],
    ['a notin (x)', 'a notin (x)', {}, { a: 'x' }],
    ['a in ()', 'a in ()', { a: '' }, { a: 'x' }],
    ['a in (,x)', 'a in (,x)', { a: '' }, {}],
    ['a in (x,)', 'a in (,x)', { a: 'x' }, {}],
    ['in in (in, notin)', 'in in (in,notin)', { in: 'notin' }, {}],
    ['b=1,a,x.test/c=2', 'a,b=1,x.test/c=2', { a: '', b: '1', 'x.test/c': '2' }, { a: '', b: '1' }],
    ['a=1,a=2', 'a=2', { a: '2' }, { a: '1' }],
    ['a\t= b', 'a=b', { a: 'b' }, {}],
    ['', '', {}, undefined],
  ])('%s', (text, canonical, matching, other) => {
    const selector = parseLabelSelector(text);
    if (typeof selector === 'string') throw new Error(selector);
    expect(selector.text).toBe(canonical);
    expect(selector.matches(matching as unknown as Record<string, string>)).toBe(true);
    if (other !== undefined)
      expect(selector.matches(other as unknown as Record<string, string>)).toBe(false);
  });
});

const NAME_FORM = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`;
const VALUE_FORM = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;

describe('wrong selectors', () => {
  test.each([
    ['a=b=c', "found '=', expected: ',' or 'end of string'"],
    ['a=b,', "found '', expected: identifier after ','"],
    [',a', "found ',', expected: !, identifier, or 'end of string'"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['!=a', "found '!=', expected: !, identifier, or 'end of string'"],
    ['!!a', "unable to parse requirement: found '!', expected: identifier"],
    ['!a=b', "found '=', expected: ',' or 'end of string'"],
    ['a in b', "unable to parse requirement: found 'b' expected: '('"],
    ['a in (=)', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
    ['a in (b c)', "unable to parse requirement: found 'c', expected: ',' or ')'"],
    ['a in (b', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['a in (b,(', "unable to parse requirement: found '(', expected: ',', or identifier"],
    ['a=(', "unable to parse requirement: found '(', expected: identifier"],
    ['-a', `unable to parse requirement: <nil>: Invalid value: "-a": name part ${NAME_FORM}`],
    [
      'x/',
      `unable to parse requirement: <nil>: Invalid value: "x/": name part must be non-empty; name part ${NAME_FORM}`,
    ],
    ['a=-', `unable to parse requirement: values[0][a]: Invalid value: "-": ${VALUE_FORM}`],
    [
      'a in (-,_)',
      `unable to parse requirement: [values[0][a]: Invalid value: "-": ${VALUE_FORM}, values[1][a]: Invalid value: "_": ${VALUE_FORM}]`,
    ],
  ])('%s', (text, fault) => {
    expect(parseLabelSelector(text)).toBe(`couldn't parse the selector string "${text}": ${fault}`);
  });

  test.each([
    ['a/b/c', 'a valid label key'],
    ['/a', 'prefix part must be non-empty'],
    ['X/a', 'prefix part a lowercase RFC 1123 subdomain must consist'],
    [`${'x'.repeat(254)}/a`, 'prefix part must be no more than 253 bytes'],
    ['a'.repeat(64), 'name part must be no more than 63 bytes'],
    [`a=${'b'.repeat(64)}`, 'must be no more than 63 bytes'],
  ])('%s', (text, fault) => {
    expect(parseLabelSelector(text)).toContain(fault);
  });

  test.each([
    ['a!=b', '"!=" is not a valid label selector operator'],
    ['a>1', `"gt" isn't supported in label selectors`],
    ['a<1', `"lt" isn't supported in label selectors`],
  ])('%s', (text, fault) => {
    expect(parseLabelSelector(text)).toBe(fault);
  });
});

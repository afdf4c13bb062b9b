// Stanzas of log as rules, and CoreDNS's texts for wrong ones.
import { describe, expect, test } from 'vitest';
import { COMBINED_FORMAT, COMMON_FORMAT } from '../../../../src/plugins/log/options.ts';
import { logControl } from '../../../../src/plugins/log/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

const rule = (scope: string, format = COMMON_FORMAT, classes = ['all']): unknown => ({
  scope,
  format,
  classes,
});

describe('rules', () => {
  const cases: readonly [string, readonly unknown[]][] = [
    ['log', [rule('.')]],
    ['log .', [rule('.')]],
    ['log ""', [rule('.')]],
    ['log {combined}', [rule('{combined}.')]],
    ['log example.org Example.net.', [rule('example.org.'), rule('Example.net.')]],
    ['log . "{combined}"', [rule('.', COMBINED_FORMAT)]],
    [
      'log a b "X {common} $& {rcode}"',
      [rule('a.', `X ${COMMON_FORMAT} $& {rcode}`), rule('b.', `X ${COMMON_FORMAT} $& {rcode}`)],
    ],
    ['log {\nclass denial error\nclass error\n}', [rule('.', COMMON_FORMAT, ['denial', 'error'])]],
    ['log a {\nclass success\n}\nlog b', [rule('a.', COMMON_FORMAT, ['success']), rule('b.')]],
  ];
  test.each(cases)('%s', async (lines, rules) => {
    expect(await new ControlBench().load(logControl, `.:1053 {\n${lines}\n}`)).toEqual([{ rules }]);
  });
});

describe('errors', () => {
  const cases: readonly [string, string][] = [
    ['log . {\nclass foo\n}', 'invalid Class: foo'],
    [
      'log . {\nclass\n}',
      "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'class'",
    ],
    ['log . {\nfoo\n}', "Corefile:3 - Error during parsing: unknown property 'foo'"],
  ];
  test.each(cases)('%s', async (lines, text) => {
    expect(await new ControlBench().errorOf(logControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });
});

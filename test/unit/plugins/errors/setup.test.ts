// Options of errors and CoreDNS's texts for wrong ones.
import { describe, expect, test } from 'vitest';
import { errorsControl } from '../../../../src/plugins/errors/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

const load = (lines: string): Promise<unknown[]> =>
  new ControlBench().load(errorsControl, `.:1053 {\n${lines}\n}`);

describe('options', () => {
  const cases: readonly [string, readonly unknown[]][] = [
    ['errors', []],
    ['errors stdout', []],
    ['errors {\n}', []],
    [
      'errors {\nconsolidate 5m "abc .*"\n}',
      [{ periodMs: 300_000, pattern: 'abc .*', level: 'error', isFirstShown: false }],
    ],
    [
      'errors {\nconsolidate 1s a warning show_first\nconsolidate 2s b show_first\n}',
      [
        { periodMs: 1000, pattern: 'a', level: 'warning', isFirstShown: true },
        { periodMs: 2000, pattern: 'b', level: 'error', isFirstShown: true },
      ],
    ],
  ];
  test.each(cases)('%s', async (lines, patterns) => {
    expect(await load(lines)).toEqual([{ patterns }]);
  });

  test('stacktrace is a setting of the block', async () => {
    const bench = new ControlBench();
    await bench.load(errorsControl, '.:1053 {\nerrors {\nstacktrace\n}\n}\n.:1054 {\nerrors\n}');
    expect(bench.blocks.map(({ settings }) => settings.hasStacktrace)).toEqual([true, false]);
  });
});

describe('errors', () => {
  const parsing = (line: number, text: string): string =>
    `Corefile:${line} - Error during parsing: ${text}`;
  const wrongCount = (word: string): string =>
    `Wrong argument count or unexpected line ending after '${word}'`;
  const cases: readonly [string, string][] = [
    ['errors foo', parsing(2, 'invalid log file: foo')],
    ['errors stdout x', parsing(2, wrongCount('x'))],
    [
      'errors {\nfoo\n}',
      "Corefile:3 - Syntax error: Unexpected token 'foo', expecting 'Unknown field foo'",
    ],
    [
      'errors {\nstacktrace x\n}',
      "Corefile:3 - Syntax error: Unexpected token 'x', expecting 'Unknown field x'",
    ],
    ['errors {\nconsolidate\n}', parsing(3, wrongCount('consolidate'))],
    ['errors {\nconsolidate 5m a error show_first x\n}', parsing(3, wrongCount('x'))],
    ['errors {\nconsolidate x abc\n}', parsing(3, 'time: invalid duration "x"')],
    ['errors {\nconsolidate 5x abc\n}', parsing(3, 'time: unknown unit "x" in duration "5x"')],
    ['errors {\nconsolidate 5m (\n}', parsing(3, 'error parsing regexp: missing closing ): `(`')],
    [
      'errors {\nconsolidate 5m a\\\n}',
      parsing(3, 'error parsing regexp: trailing backslash at end of expression: ``'),
    ],
    [
      `errors {\nconsolidate 5m ${'a'.repeat(10_001)}\n}`,
      parsing(3, 'regex pattern too long: 10001 > 10000'),
    ],
    ['errors {\nconsolidate 5m abc foo\n}', parsing(3, 'unknown option in consolidate: foo')],
    [
      'errors {\nconsolidate 5m abc info debug\n}',
      parsing(3, 'multiple log levels specified in consolidate'),
    ],
    [
      'errors {\nconsolidate 5m abc show_first info\n}',
      parsing(3, 'log level must come before show_first in consolidate'),
    ],
    ['errors\nerrors', 'this plugin can only be used once per Server Block'],
  ];
  test.each(cases)('%s', async (lines, text) => {
    expect(await new ControlBench().errorOf(errorsControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });
});

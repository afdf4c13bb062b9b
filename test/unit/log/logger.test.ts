import { expect, test } from 'vitest';
import { formatLine, type Logger, pluginLogger } from '../../../src/log/logger.ts';

test('a plugin logger puts the plugin before every line', () => {
  const lines: string[] = [];
  const logger = Object.fromEntries(
    ['debug', 'info', 'warning', 'error', 'fatal'].map((level) => [
      level,
      (text: string) => lines.push(`${level} ${text}`),
    ]),
  ) as unknown as Logger;
  const own = pluginLogger(logger, 'kubernetes');
  own.debug('a');
  own.info('b');
  own.warning('c');
  own.error('d');
  own.fatal('e');
  expect(lines).toEqual([
    'debug plugin/kubernetes: a',
    'info plugin/kubernetes: b',
    'warning plugin/kubernetes: c',
    'error plugin/kubernetes: d',
    'fatal plugin/kubernetes: e',
  ]);
});

test.each([
  ['coredns', 'WARNING', 'x "y"', '[WARNING] x "y"\n'],
  ['json', 'INFO', 'x "y"\n', '{"level":"info","time":7,"msg":"x \\"y\\"\\n"}\n'],
] as const)('formats a line in the %s layout', (layout, level, text, line) => {
  expect(formatLine(layout, level, text, 7)).toBe(line);
});

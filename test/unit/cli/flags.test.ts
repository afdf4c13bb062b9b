// The command line in Go's flag syntax.
import { describe, expect, test } from 'vitest';
import { type Flags, parseFlags, usageText } from '../../../src/cli/flags.ts';

const NOW = new Date(2026, 10, 5, 0, 7, 9);

const DEFAULTS: Flags = {
  conf: '',
  port: '53',
  pidfile: '',
  isQuiet: false,
  isVersion: false,
  isPluginList: false,
  logLayout: 'coredns',
};

describe('flags', () => {
  const cases: readonly [string, Partial<Flags>][] = [
    ['', {}],
    ['-conf Corefile', { conf: 'Corefile' }],
    ['--conf=my=conf', { conf: 'my=conf' }],
    ['-conf=', { conf: '' }],
    ['-dns.port 1053', { port: '1053' }],
    ['-p abc', { port: 'abc' }],
    ['-dns.port 1 -p 2', { port: '2' }],
    ['-p 2 --dns.port=1', { port: '1' }],
    ['-pidfile /run/pid', { pidfile: '/run/pid' }],
    ['-quiet -version -plugins', { isQuiet: true, isVersion: true, isPluginList: true }],
    ['-quiet=T -quiet=false', { isQuiet: false }],
    ['-log-format json', { logLayout: 'json' }],
    ['-log-format json -log-format=text', { logLayout: 'coredns' }],
    ['-conf -quiet', { conf: '-quiet' }],
    ['-quiet --', { isQuiet: true }],
  ];
  test.each(cases)('%s', (line, changes) => {
    const argv = line.split(' ').filter((word) => word !== '');
    expect(parseFlags(argv, NOW)).toEqual({ kind: 'run', flags: { ...DEFAULTS, ...changes } });
  });

  test('an empty value is a value', () => {
    expect(parseFlags(['-conf', ''], NOW)).toEqual({ kind: 'run', flags: DEFAULTS });
  });
});

describe('errors, with the usage text', () => {
  const cases: readonly [string, string][] = [
    ['-nosuch', 'flag provided but not defined: -nosuch'],
    ['--nosuch=1', 'flag provided but not defined: -nosuch'],
    ['-conf', 'flag needs an argument: -conf'],
    ['-quiet=maybe', 'invalid boolean value "maybe" for -quiet: parse error'],
    ['-quiet=', 'invalid boolean value "" for -quiet: parse error'],
    ['-log-format xml', 'invalid value "xml" for flag -log-format: must be text or json'],
    ['---conf x', 'bad flag syntax: ---conf'],
    ['-=x', 'bad flag syntax: -=x'],
    ['--=x', 'bad flag syntax: --=x'],
  ];
  test.each(cases)('%s', (line, error) => {
    expect(parseFlags(line.split(' '), NOW)).toEqual({
      kind: 'exit',
      text: `${error}\n${usageText()}`,
      exitCode: 2,
    });
  });
});

test.each(['-h', '--help', '-quiet -help=1'])('%s prints the usage text', (line) => {
  expect(parseFlags(line.split(' '), NOW)).toEqual({
    kind: 'exit',
    text: usageText(),
    exitCode: 0,
  });
});

test('the usage text is in the form of Go', () => {
  expect(usageText()).toBe(
    [
      'Usage of nodens:',
      '  -conf string',
      '    \tCorefile to load (default "Corefile")',
      '  -dns.port string',
      '    \tDefault port (default "53")',
      '  -log-format string',
      '    \tLayout of log lines: text or json (default "text")',
      '  -p string',
      '    \tDefault port (default "53")',
      '  -pidfile string',
      '    \tPath to write pid file',
      '  -plugins',
      '    \tList installed plugins',
      '  -quiet',
      '    \tQuiet mode (no initialization output)',
      '  -version',
      '    \tShow version',
      '',
    ].join('\n'),
  );
});

test.each([
  ['-conf Corefile a b', '[a b]'],
  ['a -conf Corefile', '[a -conf Corefile]'],
  ['-quiet true -conf x', '[true -conf x]'],
  ['-quiet -- -conf x', '[-conf x]'],
  ['-', '[-]'],
])('%s leaves words over', (line, rest) => {
  expect(parseFlags(line.split(' '), NOW)).toEqual({
    kind: 'exit',
    text: `2026/11/05 00:07:09 extra command line arguments: ${rest}\n`,
    exitCode: 1,
  });
});

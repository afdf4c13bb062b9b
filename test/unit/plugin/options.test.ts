import { describe, expect, test } from 'vitest';
import { Dispenser } from '../../../src/corefile/dispenser.ts';
import { lex } from '../../../src/corefile/lexer.ts';
import {
  applyDefaults,
  argumentCount,
  expectNoArguments,
  type OptionRow,
  optionList,
  readOptions,
  syntaxText,
  unknownIsArgumentError,
} from '../../../src/plugin/options.ts';

interface Options {
  ttlSeconds: number;
  namespaces: string[];
  hasEndpoints: boolean;
  entries: string[];
}

const ROWS: readonly OptionRow<Options>[] = [
  {
    name: 'ttl',
    args: 'SECONDS',
    default: '5',
    doc: 'TTL of all records.',
    parse: (options, [text = ''], dispenser) => {
      options.ttlSeconds = Number(text);
      if (options.ttlSeconds > 3600) throw dispenser.err(`ttl must be in range [0, 3600]: ${text}`);
    },
  },
  {
    name: 'namespaces',
    args: 'NAMESPACE...',
    doc: 'Serves these namespaces only.',
    parse: (options, args) => options.namespaces.push(...args),
  },
  {
    name: 'noendpoints',
    args: '',
    doc: 'Serves no endpoints.',
    parse: (options) => {
      options.hasEndpoints = false;
    },
  },
  {
    name: 'expire',
    args: 'DURATION',
    doc: 'Takes one word and leaves the rest.',
    leavesExtraWords: true,
    parse: (options, [text = '']) => options.entries.push(text),
  },
];

function read(block: string, unknown?: Parameters<typeof readOptions<Options>>[3]): Options {
  const dispenser = new Dispenser('Corefile', lex(`test a.zone ${block}`, 'Corefile'));
  const options: Options = { ttlSeconds: 0, namespaces: [], hasEndpoints: true, entries: [] };
  dispenser.next();
  applyDefaults(dispenser, ROWS, options);
  dispenser.remainingArgs();
  readOptions(dispenser, ROWS, options, unknown);
  return options;
}

describe('reading a block', () => {
  test('no block leaves the defaults', () => {
    expect(read('')).toEqual({ ttlSeconds: 5, namespaces: [], hasEndpoints: true, entries: [] });
  });

  test('each line goes to its row, in any order and repeatedly', () => {
    expect(read('{\n namespaces a b\n noendpoints\n namespaces c\n ttl 30\n}')).toEqual({
      ttlSeconds: 30,
      namespaces: ['a', 'b', 'c'],
      hasEndpoints: false,
      entries: [],
    });
  });

  test.each([
    [
      '{\n ttl\n}',
      "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'ttl'",
    ],
    [
      '{\n ttl 1 2\n}',
      "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after '2'",
    ],
    ['{\n namespaces\n}', "Wrong argument count or unexpected line ending after 'namespaces'"],
    ['{\n noendpoints x\n}', "Wrong argument count or unexpected line ending after 'x'"],
    ['{\n expire\n}', "Wrong argument count or unexpected line ending after 'expire'"],
    ['{\n ttl 3601\n}', 'Corefile:2 - Error during parsing: ttl must be in range [0, 3600]: 3601'],
    ['{\n noendpoints\n foo bar\n}', "Corefile:3 - Error during parsing: unknown property 'foo'"],
    ['{\n noendpoints {\n }\n}', "Corefile:2 - Error during parsing: unknown property '{'"],
    ['{\n expire 1s 2s\n}', "Corefile:2 - Error during parsing: unknown property '2s'"],
    ['{\n TTL 5\n}', "unknown property 'TTL'"],
  ])('%j is refused', (block, error) => {
    expect(() => read(block)).toThrow(error);
  });
});

describe('unknown options', () => {
  test('a plugin may word the error', () => {
    expect(() => read('{\n foo\n}', (d) => d.syntaxErr(`Unknown field ${d.value}`))).toThrow(
      "Corefile:2 - Syntax error: Unexpected token 'foo', expecting 'Unknown field foo'",
    );
    expect(() => read('{\n foo\n}', unknownIsArgumentError)).toThrow(
      "Wrong argument count or unexpected line ending after 'foo'",
    );
  });

  test('a plugin may read the line itself', () => {
    const options = read('{\n 10.0.0.1 a b\n noendpoints\n}', (dispenser, { entries }) => {
      entries.push(dispenser.value, ...dispenser.remainingArgs());
      return undefined;
    });
    expect(options).toMatchObject({ entries: ['10.0.0.1', 'a', 'b'], hasEndpoints: false });
  });
});

test.each([
  ['', 0, 0],
  ['DURATION', 1, 1],
  ['CERT KEY CA', 3, 3],
  ['[FACTOR]', 0, 1],
  ['DURATION [MODE [TIMEOUT]]', 1, 3],
  ['[CERT KEY]', 0, 2],
  ['NAME...', 1, Number.POSITIVE_INFINITY],
  ['[ZONE...]', 0, Number.POSITIVE_INFINITY],
  ['on|off', 1, 1],
])('the form %j takes %d to %d words', (form, least, most) => {
  expect(argumentCount(form)).toEqual({ least, most });
});

describe('plugins without arguments', () => {
  function check(source: string): void {
    const dispenser = new Dispenser('Corefile', lex(source, 'Corefile'));
    while (dispenser.next()) expectNoArguments(dispenser);
  }

  test('the bare word is right', () => {
    expect(() => check('whoami')).not.toThrow();
  });

  test.each([
    ['whoami x', "Wrong argument count or unexpected line ending after 'x'"],
    ['whoami {\n}', "Unexpected token '{', expecting argument"],
  ])('%j is refused', (source, error) => {
    expect(() => check(source)).toThrow(`Corefile:1 - Error during parsing: ${error}`);
  });
});

describe('the README', () => {
  test('the syntax lists the rows in their order', () => {
    expect(syntaxText('test [ZONE...]', ROWS)).toBe(
      'test [ZONE...] {\n    ttl SECONDS\n    namespaces NAMESPACE...\n    noendpoints\n    expire DURATION\n}',
    );
    expect(syntaxText('whoami', [])).toBe('whoami');
  });

  test('the option list shows sentences and defaults', () => {
    expect(optionList(ROWS.slice(0, 3))).toBe(
      '- `ttl SECONDS`: TTL of all records. Default: `5`.\n' +
        '- `namespaces NAMESPACE...`: Serves these namespaces only.\n' +
        '- `noendpoints`: Serves no endpoints.',
    );
  });
});

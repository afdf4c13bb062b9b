import { describe, expect, test } from 'vitest';
import { parseCorefile, type ServerBlockSource } from '../../../src/corefile/parser.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

type Files = Readonly<Record<string, string | null>>;

const warnings: string[] = [];

function parse(source: string, files: Files = {}, env = {}): ServerBlockSource[] {
  warnings.length = 0;
  return parseCorefile(source, 'Corefile', {
    env,
    reader: new MemoryReader(files),
    warn: (text) => warnings.push(text),
  });
}

/** Blocks as `KEYS | WORDS OF DIRECTIVE | ...`. */
function outline(source: string, files: Files = {}, env = {}): string[] {
  return parse(source, files, env).map(({ keys, segments }) =>
    [
      keys.join(' '),
      ...segments.map(({ tokens }) => tokens.map(({ text }) => text).join(' ')),
    ].join(' | '),
  );
}

describe('blocks', () => {
  test.each<[string, string, string[]]>([
    ['none', '', []],
    ['a block', '.:53 {\n errors\n cache 30\n}', ['.:53 | errors | cache 30']],
    ['keys only', 'a.test b.test', ['a.test b.test']],
    ['keys and a body without braces', 'a.test\nlog\nerrors', ['a.test | log | errors']],
    ['a brace on the next line', 'a.test\n{\nlog\n}', ['a.test | log']],
    ['a directive on the line of the brace', '.:53 { whoami\n}', ['.:53 | whoami']],
    ['a block without keys is dropped', '{\n log\n}\nb {\n}', ['b']],
    ['an empty key is dropped', '"" {\n log\n}', []],
    ['commas', 'a, b,\nc d {\n}', ['a b c d']],
    ['a comma of its own', 'a , b {\n}', ['a  b']],
    ['a stray closing brace becomes a key', 'a {\n}\n}\n', ['a', '}']],
    [
      'the same directive twice',
      '. {\n log a\n errors\n log b {\n class all\n }\n}',
      ['. | log a log b { class all } | errors'],
    ],
    ['a block on the next line', '. {\n errors\n {\n x\n }\n}', ['. | errors { x }']],
    ['nested braces', '. {\n a {\n b {\n c\n }\n }\n log\n}', ['. | a { b { c } } | log']],
    ['options on one line', '. {\n errors { stacktrace }\n}', ['. | errors { stacktrace }']],
    ['a quoted brace counts', '. {\n log "{"\n x\n }\n}', ['. | log { x }']],
    ['a quoted text over lines', '. {\n log "a\nb" c\n errors\n}', ['. | log a\nb c | errors']],
  ])('%s', (_, source, expected) => {
    expect(outline(source)).toEqual(expected);
  });

  test('a block knows where its first key stands', () => {
    const [first, second] = parse('\na {\n}\n\n b c {\n}');
    expect([first?.keysFile, first?.keysLine, second?.keysLine]).toEqual(['Corefile', 2, 5]);
    expect(parse('import x', { x: '\n\nb {\n}' })[0]).toMatchObject({
      keysFile: '/work/x',
      keysLine: 3,
    });
  });

  test.each([
    ['. {\n log', "Corefile:2 - Syntax error: Unexpected token 'log', expecting '}'"],
    ['. {', "Corefile:1 - Syntax error: Unexpected token '{', expecting '}'"],
    ['. {\n log {\n a', 'Corefile:3 - Error during parsing: Unexpected EOF'],
    [
      '. {\n log } x\n}',
      "Corefile:2 - Error during parsing: Unexpected '}' because no matching opening brace",
    ],
    [
      'a, {',
      "Corefile:1 - Error during parsing: Expected another address but had '{' - check for extra comma",
    ],
    ['a,', 'Corefile:1 - Error during parsing: Unexpected EOF'],
    ['a,\nimport *.x', 'Corefile:1 - Error during parsing: Unexpected EOF'],
  ])('%j is refused', (source, error) => {
    expect(() => parse(source)).toThrow(error);
  });

  test('directives are checked when their names are given, after replacement', () => {
    const options = {
      env: { L: 'log' },
      reader: new MemoryReader(),
      warn: () => undefined,
      directives: new Set(['log']),
    };
    expect(parseCorefile('. {\n {$L} {$L}\n}', 'f', options)[0]?.segments).toEqual([
      {
        name: 'log',
        tokens: [
          { text: '{$L}', file: 'f', line: 2 },
          { text: 'log', file: 'f', line: 2 },
        ],
      },
    ]);
    expect(() => parseCorefile('. {\n logs\n}', 'f', options)).toThrow(
      "f:2 - Error during parsing: Unknown directive 'logs'",
    );
  });
});

describe('environment', () => {
  test('references in keys, directives, arguments and import patterns', () => {
    const env = { ZONE: 'a.test', PLUG: 'log', ARG: 'b c', FILE: 'x' };
    expect(
      outline('{$ZONE}:53 {\n {%PLUG%} {$ARG}\n import {$FILE}\n}', { x: 'errors' }, env),
    ).toEqual(['a.test:53 | {%PLUG%} b c | errors']);
  });

  test('a brace from the environment opens no block of keys', () => {
    expect(outline('a {$B}\n', {}, { B: '{' })).toEqual(['a | {$B}']);
  });

  test('line breaks of a value count when the line of the next token is judged', () => {
    expect(outline('. {\n log {$V}\n errors\n}', {}, { V: 'x\ny' })).toEqual([
      '. | log x\ny errors',
    ]);
  });

  test.each(['{$S} {\n}', '. {\n log {$S}\n}', '. {\n import {$S}\n}'])(
    '%j: a value that refers to itself',
    (source) => {
      expect(() => parse(source, {}, { S: '{$S}' })).toThrow(
        "Environment variable refers to itself in '{$S}'",
      );
    },
  );
});

describe('snippets', () => {
  test.each<[string, string, string[]]>([
    ['a snippet is no server block', '(a) {\n log\n}', []],
    [
      'for directives',
      '(a) {\n log\n errors\n}\n. {\n import a\n whoami\n}',
      ['. | log | errors | whoami'],
    ],
    ['twice', '(a) {\n log\n}\nx {\n import a\n}\ny {\n import a\n}', ['x | log', 'y | log']],
    ['empty', '(a) {\n}\n. {\n import a\n}', ['.']],
    [
      'in a snippet',
      '(a) {\n log\n}\n(b) {\n import a\n errors\n}\n. {\n import b\n}',
      ['. | log | errors'],
    ],
    ['with braces inside', '(a) {\n log {\n x\n }\n}\n. {\n import a\n}', ['. | log { x }']],
    [
      'inside a directive',
      '(a) {\n class all\n}\n. {\n log {\n import a\n }\n}',
      ['. | log { class all }'],
    ],
    ['as keys', '(k) {\n a b\n}\nimport k\n{\n log\n}', ['a b | log']],
    ['import as an argument', '(a) {\n log\n}\n. {\n log import a\n}', ['. | log import a']],
    [
      'a word import inside a body is no import',
      '(a) {\n log import a\n}\n. {\n import a\n}',
      ['. | log import a'],
    ],
    ['a name with spaces', '"(a b)" {\n log\n}\n. {\n import "a b"\n}', ['. | log']],
    ['two keys are no snippet', '(a) (b) {\n log\n}', ['(a) (b) | log']],
    ['only a key', '(a)', ['(a)']],
  ])('%s', (_, source, expected) => {
    expect(outline(source)).toEqual(expected);
  });

  test('a snippet wins over a file', () => {
    expect(outline('(x) {\n log\n}\n. {\n import x\n}', { x: 'errors' })).toEqual(['. | log']);
  });

  test.each([
    [
      '(a) {\n log\n}\n(a) {\n}',
      'Corefile:4 - Error during parsing: redeclaration of previously declared snippet a',
    ],
    ['(a)\nlog', "Corefile:2 - Syntax error: Unexpected token 'log', expecting '{'"],
    ['(a) {\n log {\n }', "Corefile:3 - Syntax error: Unexpected token '}', expecting '}'"],
    [
      '(a) {\n log\n import a\n}',
      'Corefile:4 - Error during parsing: maximum snippet import depth (10000) exceeded',
    ],
    [
      '(a) {\n import b\n}\n(b) {\n import a\n}\n. {\n import a\n}',
      'Corefile:5 - Error during parsing: maximum snippet import depth (10000) exceeded',
    ],
    [
      '. {\n import a b\n}',
      'Corefile:2 - Error during parsing: Import takes only one argument (glob pattern or file)',
    ],
    [
      '. {\n import\n}',
      "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'import'",
    ],
    [
      '. {\n import ""\n}',
      'Corefile:2 - Error during parsing: Import requires a non-empty filepath',
    ],
    [
      'import',
      "Corefile:1 - Error during parsing: Wrong argument count or unexpected line ending after 'import'",
    ],
  ])('%j is refused', (source, error) => {
    expect(() => parse(source)).toThrow(error);
  });
});

describe('files', () => {
  test('relative names count from the importing file', () => {
    const files = { 'd/one': 'import two\nimport ../e/three', 'd/two': 'log', 'e/three': 'errors' };
    expect(outline('. {\n import d/one\n}', files)).toEqual(['. | log | errors']);
  });

  test('a pattern takes its matches in order, on every level', () => {
    const files = {
      '/c/b.conf': 'b {\n log\n}',
      '/c/a.conf': 'a {\n import /c/x.in\n}',
      '/c/x.in': 'errors',
    };
    expect(outline('import /c/*.conf\nc {\n}', files)).toEqual(['a | errors', 'b | log', 'c']);
  });

  test('imported files see the snippets above, and may declare some', () => {
    expect(
      outline('(a) {\n log\n}\nimport f\n. {\n import b\n}', { f: '(b) {\n import a\n}\n' }),
    ).toEqual(['. | log']);
  });

  test('an empty pattern is a warning, also at the end of the file', () => {
    expect(outline('. {\n import custom/*.override\n log\n}\nimport custom/*.server', {})).toEqual([
      '. | log',
    ]);
    expect(warnings).toEqual([
      'No files matching import glob pattern: custom/*.override',
      'No files matching import glob pattern: custom/*.server',
    ]);
  });

  test('a file is read once, however often it is imported', () => {
    const reader = new MemoryReader({ 'conf/x': 'log' });
    const options = { env: {}, reader, warn: () => undefined };
    parseCorefile('a {\n import x\n}\nb {\n import x\n}', 'conf/Corefile', options);
    expect(reader.reads).toEqual(['/work/conf/x']);
  });

  test.each([
    ['. {\n import x\n}', 'Corefile:2 - Error during parsing: File to import not found: x'],
    [
      '. {\n import */*.x\n}',
      'Corefile:2 - Error during parsing: Glob pattern may only contain one wildcard (*), but has others: /work/*/*.x',
    ],
    ['. {\n import a?b?\n}', 'may only contain one wildcard (*), but has others: /work/a?b?'],
    ['. {\n import [ab]\n}', 'may only contain one wildcard (*), but has others: /work/[ab]'],
    ['. {\n import a[b\n}', 'Failed to use import pattern a[b: syntax error in pattern'],
    ['. {\n import d\n}', 'Could not import /work/d: is a directory'],
    [
      '. {\n import secret\n}',
      'Could not import /work/secret: open /work/secret: permission denied',
    ],
    [
      '. {\n import self\n}',
      '/work/self:1 - Error during parsing: maximum file import depth (10000) exceeded',
    ],
    ['. {\n import grow\n}', 'maximum file import depth (10000) exceeded'],
  ])('%j is refused', (source, error) => {
    const files = {
      'd/f': '',
      secret: null,
      self: 'import self',
      grow: `import grow\n${'log\n'.repeat(5000)}`,
    };
    expect(() => parse(source, files)).toThrow(error);
  });
});

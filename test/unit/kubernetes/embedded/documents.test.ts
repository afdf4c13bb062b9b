import { expect, test } from 'vitest';
import { readDocuments } from '../../../../src/kubernetes/embedded/documents.ts';

const values = (text: string): unknown[] => readDocuments('f', text).map(({ value }) => value);
const problem = (text: string): string => {
  try {
    readDocuments('f', text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
};

test.each<[string, string, unknown[]]>([
  ['one YAML document', 'a: 1\n', [{ a: 1 }]],
  ['several documents', '---\na: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
  ['empty documents and comments', '# x\n---\n---\n# y\n---\na: 1\n---\n', [{ a: 1 }]],
  ['an empty file', '', []],
  ['a file of comments', '# only\n', []],
  ['one JSON object', ' {"a": 1}', [{ a: 1 }]],
  [
    'JSON objects one after the other',
    '{"a": "}{"}\n{"b": {"c": 2}} {"d": 3}\n',
    [{ a: '}{' }, { b: { c: 2 } }, { d: 3 }],
  ],
  ['YAML that begins like JSON', '{a: 1}\n', [{ a: 1 }]],
  [
    'YAML 1.1 booleans and octal numbers, as kubectl reads them',
    'a: yes\nb: 0644\nc: 1_000\nd: off\n',
    [{ a: true, b: 420, c: 1000, d: false }],
  ],
  ['a lone y or n as text', 'a: y\nn: N\n', [{ a: 'y', n: 'N' }]],
  [
    'times and sexagesimal numbers as text',
    'a: 2024-01-02\nb: 12:30\n',
    [{ a: '2024-01-02', b: '12:30' }],
  ],
  ['anchors and merges', 'a: &x {k: 1}\nb:\n  <<: *x\n', [{ a: { k: 1 }, b: { k: 1 } }]],
])('reads %s', (_what, text, expected) => {
  expect(values(text)).toEqual(expected);
});

test.each<[string, string, RegExp]>([
  ['a line that is no YAML', 'a: 1\n---\nb: c: d\n', /^f: document 2, line 3: malformed YAML: /],
  [
    'a key that stands twice',
    'a: 1\nb: 2\na: 3\n',
    /^f: document 1, line 3: malformed YAML: Map keys must be unique/,
  ],
  ['a tab as indentation', 'a:\n\tb: 1\n', /^f: document 1, line 2: malformed YAML/],
  ['an unknown alias', '---\n---\na: *nope\n', /^f: document 2, line \d: malformed YAML: /],
  ['JSON that breaks off', '{"a": 1}\n{"b":\n', /^f: document 2, line [23]: malformed YAML/],
])('names document and line of %s', (_what, text, message) => {
  expect(problem(text)).toMatch(message);
});

test('finds the line of a value, or of the nearest one around it', () => {
  const [, document] = readDocuments('f', 'x: 1\n---\na:\n  - b: 1\n    c:\n      d: 2\n');
  const line = (...path: (string | number)[]): number => document?.locate(path).line ?? 0;
  expect([
    line(),
    line('a', 0, 'b'),
    line('a', 0, 'c', 'd'),
    line('a', 0, 'nope'),
    line('z'),
  ]).toEqual([3, 4, 6, 4, 3]);
  expect(document?.locate([])).toEqual({ file: 'f', document: 2, line: 3 });
});

test('finds lines in JSON, where the quick parser keeps none', () => {
  const [only] = readDocuments('f', '{\n "a": {\n  "b": 1\n }\n}\n');
  expect(only?.locate(['a', 'b'])).toEqual({ file: 'f', document: 1, line: 3 });
  const second = readDocuments('f', '{"a": 1}\n\n{\n"b": 1}\n')[1];
  expect(second?.locate(['b'])).toEqual({ file: 'f', document: 2, line: 4 });
});

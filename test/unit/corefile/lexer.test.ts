import { expect, test } from 'vitest';
import { lex } from '../../../src/corefile/lexer.ts';
import { lastLine } from '../../../src/corefile/token.ts';

function words(source: string): string[] {
  return lex(source, 'Corefile').map(({ text, line }) => `${line}:${text}`);
}

test.each<[string, string, string[]]>([
  ['nothing', '', []],
  ['blank lines', '\n \t\n', []],
  ['words and lines', 'a b\n  c\n\nd', ['1:a', '1:b', '2:c', '4:d']],
  ['glued braces', 'errors {} a{ }b', ['1:errors', '1:{}', '1:a{', '1:}b']],
  ['a byte order mark at the start only', '\ufeffa \ufeffb', ['1:a', '1:\ufeffb']],
  ['CRLF', 'a b\r\nc\r\n', ['1:a', '1:b', '2:c']],
  ['a lone CR inside a word', 'a\rb', ['1:ab']],
  ['wide spaces and NEL', 'a\u2003b\u0085c\u00a0d', ['1:a', '1:b', '1:c', '1:d']],
  ['zero-width characters', 'a\u200bb', ['1:a\u200bb']],
  ['comments to the end of the line', '# x "y\na # b\n#c', ['2:a']],
  ['a comment that cuts one word', 'chaos foo#bar baz', ['1:chaos', '1:foo', '1:baz']],
  ['a comment that cuts the last word', 'a#b\nc', ['1:a', '2:c']],
  ['a cut word at the end', 'a#b', ['1:a']],
  ['quotes', '"a b" "" c', ['1:a b', '1:', '1:c']],
  ['a hash in quotes', '"a # b"', ['1:a # b']],
  ['quotes over lines', '"a\nb" c\nd', ['1:a\nb', '2:c', '3:d']],
  ['escaped quotes', '"a \\"b\\" \\n \\\\ c"', ['1:a "b" \\n \\\\ c']],
  ['an escaped line end', '"a\\\nb" c', ['1:a\\\nb', '2:c']],
  ['a carriage return in quotes', '"a\r\nb"', ['1:a\r\nb']],
  ['words after a closing quote', '"a"b"c"', ['1:a', '1:b"c"']],
  ['quotes inside a word', 'a"b c"', ['1:a"b', '1:c"']],
  ['a missing closing quote', 'a "b\n}\n', ['1:a', '1:b\n}\n']],
  ['an opening quote at the end', 'a "', ['1:a']],
  ['a backslash at the end', '"a\\', ['1:a']],
  ['single quotes and backslashes', "'a b' \\ c", ["1:'a", "1:b'", '1:\\', '1:c']],
])('%s', (_, source, expected) => {
  expect(words(source)).toEqual(expected);
});

test('a token carries its file, and whether it was quoted', () => {
  expect(lex('a "b\nc"', 'f')).toEqual([
    { text: 'a', file: 'f', line: 1 },
    { text: 'b\nc', file: 'f', line: 1, isQuoted: true },
  ]);
});

test('a token ends on the line of its last character', () => {
  expect(lex('\na "b\nc\nd"', 'f').map(lastLine)).toEqual([2, 4]);
});

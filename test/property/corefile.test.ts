// The Corefile grammar over generated text: tokens survive being written and read again, and no text breaks the parser.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CorefileError } from '../../src/corefile/error.ts';
import { glob } from '../../src/corefile/glob.ts';
import { hashInput } from '../../src/corefile/hash-input.ts';
import { lex } from '../../src/corefile/lexer.ts';
import { parseCorefile } from '../../src/corefile/parser.ts';
import { normalizeZones, parseServerKeys } from '../../src/corefile/server-key.ts';
import { lastLine } from '../../src/corefile/token.ts';
import { MemoryReader } from '../support/memory-reader.ts';

const FILES = {
  one: 'log\nerrors {\n import two\n}\n',
  two: 'stacktrace\n',
  'd/x.conf': 'a.test {\n}\n',
};
const OPTIONS = {
  env: { A: 'x', B: '{', C: '' },
  reader: new MemoryReader(FILES),
  warn: (): void => undefined,
};

/** Text that a quoted token can hold as it is: a backslash before a quote would be taken for its escape. */
const quotable = fc
  .string({ unit: fc.constantFrom(...'ab "#{}\n\t\\\u00fc'), maxLength: 8 })
  .filter((text) => !text.includes('\\'));
const word = fc.string({ unit: fc.constantFrom(...'ab.:{}$%,()/*'), minLength: 1, maxLength: 8 });

/** Pieces of Corefiles, thrown together. */
const jumble = fc
  .array(
    fc.constantFrom(
      '{',
      '}',
      '{\n',
      '\n}\n',
      '\n',
      ' ',
      '"',
      '"a b"',
      '#',
      ',',
      'import',
      'import one\n',
      'import a\n',
      'import d/*.conf\n',
      '(a)',
      '(a) {\n log\n}\n',
      'a.test',
      '.:53',
      'log',
      '{$A}',
      '{$B}',
      '{%C%}',
      '{$',
      '\\',
      '\r\n',
      '10.0.0.0/23',
      ':',
    ),
    { maxLength: 30 },
  )
  .map((pieces) => pieces.join(' '));

test('quoted tokens are read back', () => {
  fc.assert(
    fc.property(fc.array(quotable, { maxLength: 6 }), (texts) => {
      const source = texts.map((text) => `"${text.replaceAll('"', '\\"')}"`).join(' ');
      expect(lex(source, 'f').map(({ text }) => text)).toEqual(texts);
    }),
  );
});

test('plain words are read back with their lines', () => {
  fc.assert(
    fc.property(fc.array(fc.array(word, { maxLength: 4 }), { maxLength: 6 }), (lines) => {
      const source = lines.map((words) => words.join('\t')).join('\r\n');
      const expected = lines.flatMap((words, i) =>
        words.map((text) => ({ text, file: 'f', line: i + 1 })),
      );
      expect(lex(source, 'f')).toEqual(expected);
    }),
  );
});

test('lines never go back within a file', () => {
  fc.assert(
    fc.property(fc.oneof(jumble, fc.string()), (source) => {
      let line = 1;
      for (const token of lex(source, 'f')) {
        expect(token.line).toBeGreaterThanOrEqual(line);
        line = lastLine(token);
      }
    }),
  );
});

test('any text is parsed or refused with a CorefileError, and gives the same hash input twice', () => {
  fc.assert(
    fc.property(fc.oneof(jumble, fc.string()), (source) => {
      const run = (): string => hashInput(parseCorefile(source, 'f', OPTIONS), 'f');
      try {
        expect(run()).toBe(run());
      } catch (error) {
        expect(error).toBeInstanceOf(CorefileError);
      }
    }),
    { numRuns: 500 },
  );
});

test('any key gives zones or a CorefileError, and its zones are read back unchanged', () => {
  const key = fc.oneof(fc.string({ unit: fc.constantFrom(...'ab.:/\\0159tlsdn-') }), fc.string());
  fc.assert(
    fc.property(key, (text) => {
      let zones: string[];
      try {
        zones = parseServerKeys([text], '53').map(({ zone }) => zone);
      } catch (error) {
        expect(error).toBeInstanceOf(CorefileError);
        expect(normalizeZones(text).every((zone) => zone.length > 255)).toBe(true);
        return;
      }
      expect(zones).toEqual(normalizeZones(text));
    }),
    { numRuns: 500 },
  );
});

test('any pattern is expanded without an error, in order', () => {
  const reader = new MemoryReader({ '/a/b.x': '', '/a/c.x': '', '/b/a.x': '', '/b/*': '' });
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab/.x*?\\(+') }), (pattern) => {
      const found = glob(`/${pattern}`, reader) ?? [];
      expect(found).toEqual([...found].sort());
    }),
  );
});

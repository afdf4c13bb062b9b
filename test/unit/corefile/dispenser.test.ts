import { describe, expect, test } from 'vitest';
import { Dispenser } from '../../../src/corefile/dispenser.ts';
import { CorefileError } from '../../../src/corefile/error.ts';
import { lex } from '../../../src/corefile/lexer.ts';

function dispenser(source: string): Dispenser {
  return new Dispenser('Corefile', lex(source, 'Corefile'));
}

test('next visits every token and stays on the last one', () => {
  const d = dispenser('a b\nc');
  expect([d.value, d.line, d.file]).toEqual(['', 0, 'Corefile']);
  const seen: string[] = [];
  while (d.next()) seen.push(`${d.line}:${d.value}`);
  expect(seen).toEqual(['1:a', '1:b', '2:c']);
  expect([d.value, d.next(), d.nextArg(), d.nextLine()]).toEqual(['c', false, false, false]);
});

test('arguments end with the line, lines begin where it ends', () => {
  const d = dispenser('a b\nc d');
  expect([d.nextArg(), d.value, d.nextArg(), d.value, d.nextArg()]).toEqual([
    true,
    'a',
    true,
    'b',
    false,
  ]);
  expect([d.nextLine(), d.value, d.nextLine()]).toEqual([true, 'c', false]);
  const lines = dispenser('a\nb');
  expect([lines.nextLine(), lines.value]).toEqual([true, 'a']);
});

test('an argument may follow on the line on which a quoted one ends', () => {
  const d = dispenser('log "a\nb" c\nd');
  d.next();
  expect(d.remainingArgs()).toEqual(['a\nb', 'c']);
  expect([d.nextLine(), d.value]).toEqual([true, 'd']);
});

test('a token of another file is neither argument nor on the same line', () => {
  const d = new Dispenser('Corefile', [...lex('a', 'Corefile'), ...lex('b', '/x')]);
  d.next();
  expect(d.nextArg()).toBe(false);
  expect([d.nextLine(), d.file]).toEqual([true, '/x']);
});

test('a token with a lower line number is neither', () => {
  const d = new Dispenser('Corefile', [...lex('\n\na', 'f'), ...lex('b', 'f')]);
  d.next();
  expect([d.nextArg(), d.nextLine(), d.next()]).toEqual([false, false, true]);
});

describe('blocks', () => {
  /** Every round of the loop as `WORD ARGS`. */
  function rounds(source: string): string[] {
    const d = dispenser(source);
    const out: string[] = [];
    while (d.next()) {
      out.push([d.value, ...d.remainingArgs()].join(' '));
      while (d.nextBlock()) out.push(`- ${[d.value, ...d.remainingArgs()].join(' ')}`);
    }
    return out;
  }

  test.each<[string, string, string[]]>([
    ['none', 'cache 30', ['cache 30']],
    ['one', 'cache 30 {\n a 1\n b\n}', ['cache 30', '- a 1', '- b']],
    ['two occurrences', 'log a {\n x\n}\nlog b', ['log a', '- x', 'log b']],
    ['empty', 'errors {\n}\nerrors', ['errors', 'errors']],
    ['on one line', 'errors { stacktrace }', ['errors', '- stacktrace }']],
    ['not closed', 'errors {\n a', ['errors', '- a']],
    ['nothing after the brace', 'errors {', ['errors']],
  ])('%s', (_, source, expected) => {
    expect(rounds(source)).toEqual(expected);
  });

  test('an argument that is no brace is left for others', () => {
    const d = dispenser('a b');
    d.next();
    expect([d.nextBlock(), d.value, d.nextArg(), d.value]).toEqual([false, 'a', true, 'b']);
  });
});

test('errors name file, line and the token read last', () => {
  const d = dispenser('\ncache x {');
  d.next();
  d.nextArg();
  expect(d.argErr()).toBeInstanceOf(CorefileError);
  expect(d.argErr().message).toBe(
    "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
  );
  expect(d.err('bad ttl').message).toBe('Corefile:2 - Error during parsing: bad ttl');
  expect(d.syntaxErr('Unknown field x').message).toBe(
    "Corefile:2 - Syntax error: Unexpected token 'x', expecting 'Unknown field x'",
  );
  expect(d.eofErr().message).toBe('Corefile:2 - Error during parsing: Unexpected EOF');
  d.next();
  expect(d.argErr().message).toBe(
    "Corefile:2 - Error during parsing: Unexpected token '{', expecting argument",
  );
});

import { expect, test } from 'vitest';
import { Dispenser } from '../../../src/corefile/dispenser.ts';
import { lex } from '../../../src/corefile/lexer.ts';
import { readOnce } from '../../../src/plugin/single-use.ts';

function readWords(text: string): string[] {
  const dispenser = new Dispenser('Corefile', lex(text, 'Corefile'));
  return readOnce(dispenser, () => dispenser.remainingArgs());
}

test('returns what was read behind the word', () => {
  expect(readWords('nsid')).toEqual([]);
  expect(readWords('nsid one two')).toEqual(['one', 'two']);
});

test.each([
  ['the word comes again', 'nsid one\nnsid'],
  ['a block is left unread', 'nsid one {\n}'],
])('refuses it when %s', (_when, text) => {
  expect(() => readWords(text)).toThrow('this plugin can only be used once per Server Block');
});

test('an error of the first occurrence comes before that', () => {
  const dispenser = new Dispenser('Corefile', lex('nsid\nnsid', 'Corefile'));
  const read = (): never => {
    throw dispenser.argErr();
  };
  expect(() => readOnce(dispenser, read)).toThrow('Wrong argument count');
});

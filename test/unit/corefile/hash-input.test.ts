import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashInput } from '../../../src/corefile/hash-input.ts';
import { parseCorefile } from '../../../src/corefile/parser.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

function input(source: string, files: Readonly<Record<string, string>> = {}): string {
  const options = { env: { P: '53' }, reader: new MemoryReader(files), warn: () => undefined };
  return hashInput(parseCorefile(source, 'Corefile', options), 'Corefile');
}

test('blocks are written as Go writes them: sorted directives, the main file without a name', () => {
  expect(input('.:{$P} {\n  whoami\n  errors\n  whoami\n}\n')).toBe(
    '[{"Keys":[".:53"],"Tokens":{"errors":[{"File":"","Line":3,"Text":"errors"}],' +
      '"whoami":[{"File":"","Line":2,"Text":"whoami"},{"File":"","Line":4,"Text":"whoami"}]}}]',
  );
});

test('imported tokens carry the absolute name of their file', () => {
  expect(input('. {\n import x\n}', { x: 'log' })).toBe(
    '[{"Keys":["."],"Tokens":{"log":[{"File":"/work/x","Line":1,"Text":"log"}]}}]',
  );
});

test('a block without directives and a file without blocks', () => {
  expect(input('a.test')).toBe('[{"Keys":["a.test"],"Tokens":{}}]');
  expect(input('# nothing')).toBe('null');
});

test('characters are escaped as encoding/json does', () => {
  expect(input('. {\n log "<a>&\u2028\u2029 \\" \u00fc\t"\n}')).toContain(
    '"Text":"\\u003ca\\u003e\\u0026\\u2028\\u2029 \\" \u00fc\\t"',
  );
});

test('a changed argument changes the hash, a comment does not', () => {
  const hash = (source: string): string => createHash('sha512').update(input(source)).digest('hex');
  expect(hash('. {\n cache 30\n}')).toBe(hash('.   {\n cache 30 # seconds\n}\n'));
  expect(hash('. {\n cache 30\n}')).not.toBe(hash('. {\n cache 31\n}'));
});

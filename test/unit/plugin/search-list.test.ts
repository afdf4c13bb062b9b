// The search list of a resolv.conf.
import { expect, test } from 'vitest';
import { searchList } from '../../../src/plugin/search-list.ts';

test.each([
  ['', []],
  ['nameserver 127.0.0.1\noptions ndots:5\n', []],
  ['search A.test  b.test.\t c', ['a.test.', 'b.test.', 'c.']],
  ['search a\nsearch b', ['b.']],
  ['search a b\ndomain c d', ['c.']],
  ['domain\nsearch a', ['a.']],
  ['# search a\n; search b\nsearch .', ['.']],
  ['search a..b ok', ['ok.']],
])('%j', (text, zones) => {
  expect(searchList(text)).toEqual(zones);
});

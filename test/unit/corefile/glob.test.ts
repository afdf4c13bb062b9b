import { expect, test } from 'vitest';
import { glob } from '../../../src/corefile/glob.ts';
import { MemoryReader } from '../../support/memory-reader.ts';

const reader = new MemoryReader({
  '/top': '',
  '/etc/custom/b.override': '',
  '/etc/custom/a.override': '',
  '/etc/custom/a.server': '',
  '/etc/custom/..data/hidden': '',
  '/etc/custom/a+b': '',
  '/etc/custom/x*y': '',
  '/etc/other/a.override': '',
});

test.each<[string, string[] | undefined]>([
  ['/etc/custom/a.override', ['/etc/custom/a.override']],
  ['/etc/custom', ['/etc/custom']],
  ['/etc/nothing', []],
  ['/etc/custom/*.override', ['/etc/custom/a.override', '/etc/custom/b.override']],
  ['/etc/custom/?.override', ['/etc/custom/a.override', '/etc/custom/b.override']],
  [
    '/etc/*/?.override',
    ['/etc/custom/a.override', '/etc/custom/b.override', '/etc/other/a.override'],
  ],
  ['/etc/*/a.override', ['/etc/custom/a.override', '/etc/other/a.override']],
  ['/etc/custom/*a', ['/etc/custom/..data']],
  ['/etc/custom/a+*', ['/etc/custom/a+b']],
  ['/etc/custom/x\\*y', ['/etc/custom/x*y']],
  ['/to*', ['/top']],
  ['/nothing/*', []],
  ['/etc/cu[stom', undefined],
  ['/etc/*\\', undefined],
])('%s', (pattern, expected) => {
  expect(glob(pattern, reader)).toEqual(expected);
});

import { expect, test } from 'vitest';
import { cleanPath, folderOf, resolvePath } from '../../../src/corefile/path.ts';

test.each([
  ['', '.'],
  ['.', '.'],
  ['/', '/'],
  ['//a//b/', '/a/b'],
  ['a/./b/../c', 'a/c'],
  ['../../a', '../../a'],
  ['a/../..', '..'],
  ['/../a', '/a'],
])('%j is %s in clean form', (path, clean) => {
  expect(cleanPath(path)).toBe(clean);
});

test.each([
  ['/etc/coredns', 'Corefile', '/etc/coredns/Corefile'],
  ['/etc/coredns', '../x/*', '/etc/x/*'],
  ['/', 'x', '/x'],
  // CoreDNS takes an absolute pattern as it is, dots and all.
  ['/etc', '/var/../x', '/var/../x'],
])('from %s, %s is %s', (base, path, resolved) => {
  expect(resolvePath(base, path)).toBe(resolved);
});

test.each([
  ['/a/b', '/a'],
  ['/a', '/'],
  ['a', '.'],
  ['/a/b/', '/a/b'],
])('the folder of %s is %s', (path, folder) => {
  expect(folderOf(path)).toBe(folder);
});

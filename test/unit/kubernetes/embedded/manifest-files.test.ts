import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import {
  filesOf,
  fingerprint,
  foldersOf,
  readPath,
} from '../../../../src/kubernetes/embedded/manifest-files.ts';
import { manifestFolder } from '../../../support/manifests.ts';

const noInput = (): string => 'nothing';

test('a folder means the manifests right inside it, in order of their names', () => {
  const folder = manifestFolder({
    'b.yml': '',
    'a.yaml': '',
    'c.json': '',
    'd.txt': '',
    'sub/e.yaml': '',
    'f.yaml/g.yaml': '',
  });
  expect(filesOf(folder).map((file) => relative(folder, file))).toEqual([
    'a.yaml',
    'b.yml',
    'c.json',
  ]);
});

test('a mounted ConfigMap is read through its links', () => {
  const folder = manifestFolder({ '..v1/a.yaml': 'a: 1' });
  symlinkSync('..v1', join(folder, '..data'));
  symlinkSync(join('..data', 'a.yaml'), join(folder, 'a.yaml'));
  expect(readPath(folder, noInput)).toEqual([{ file: join(folder, 'a.yaml'), text: 'a: 1' }]);
});

test('a file is read whatever its name ends in', () => {
  const folder = manifestFolder({ 'a.txt': 'x' });
  expect(readPath(join(folder, 'a.txt'), noInput)).toEqual([
    { file: join(folder, 'a.txt'), text: 'x' },
  ]);
});

test('a pattern means the files that match, and may match none', () => {
  const folder = manifestFolder({
    'a/x.yaml': '',
    'b/x.yaml': '',
    'b/y.yaml': '',
    'z.yaml/k.txt': '',
  });
  const found = (pattern: string): string[] =>
    filesOf(join(folder, pattern)).map((file) => relative(folder, file));
  expect(found('*/x.yaml')).toEqual(['a/x.yaml', 'b/x.yaml']);
  expect(found('**/*.yaml')).toEqual(['a/x.yaml', 'b/x.yaml', 'b/y.yaml']);
  expect(found('*.nope')).toEqual([]);
});

test('a file that exists is no pattern', () => {
  const folder = manifestFolder({ '[a].yaml': 'x' });
  expect(filesOf(join(folder, '[a].yaml'))).toEqual([join(folder, '[a].yaml')]);
});

test('- is standard input', () => {
  expect(readPath('-', () => 'text')).toEqual([{ file: 'standard input', text: 'text' }]);
  expect([filesOf('-'), foldersOf('-')]).toEqual([[], []]);
});

test('what cannot be read is an error in words', () => {
  const folder = manifestFolder({});
  expect(() => filesOf(join(folder, 'gone'))).toThrow(
    `${join(folder, 'gone')}: cannot be read: no such file or directory`,
  );
  symlinkSync('nowhere', join(folder, 'a.yaml'));
  expect(filesOf(folder)).toEqual([]);
});

test('folders to watch: the folder itself, that of a file, those of a pattern', () => {
  const folder = manifestFolder({ 'a/x.yaml': '', 'b/x.yaml': '' });
  expect(foldersOf(folder)).toEqual([folder]);
  expect(foldersOf(join(folder, 'a/x.yaml'))).toEqual([join(folder, 'a')]);
  expect(foldersOf(join(folder, 'gone.yaml'))).toEqual([folder]);
  expect(foldersOf(join(folder, '*/x.yaml'))).toEqual([
    folder,
    join(folder, 'a'),
    join(folder, 'b'),
  ]);
});

test('a fingerprint tells content, new and deleted files, and paths that are gone', () => {
  const folder = manifestFolder({ 'a.yaml': 'x' });
  const seen = [fingerprint([folder, '-'])];
  writeFileSync(join(folder, 'a.yaml'), 'longer');
  seen.push(fingerprint([folder, '-']));
  mkdirSync(join(folder, 'sub'));
  expect(fingerprint([folder, '-'])).toBe(seen.at(-1));
  writeFileSync(join(folder, 'b.yaml'), '');
  seen.push(fingerprint([folder, '-']));
  rmSync(folder, { recursive: true });
  seen.push(fingerprint([folder, '-']));
  expect(new Set(seen).size).toBe(4);
});

// Where the Corefile comes from, and what the file system says when it does not.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { corefileSource } from '../../../src/cli/corefile-source.ts';
import { fileReader, readFailure } from '../../../src/cli/file-reader.ts';

const folder = mkdtempSync(join(tmpdir(), 'nodens-source-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);
writeFileSync(path('here'), 'text');
writeFileSync(path('closed'), 'text');
chmodSync(path('closed'), 0);
mkdirSync(path('dir'));
symlinkSync('nowhere', path('dangling'));

describe('a source', () => {
  test('reads the named file anew each time', () => {
    const source = corefileSource(path('changing'));
    writeFileSync(path('changing'), 'one');
    expect(source.read()).toEqual({ fileName: path('changing'), text: 'one' });
    writeFileSync(path('changing'), 'two');
    expect(source.read().text).toBe('two');
  });

  test.each([
    ['missing', `open ${path('missing')}: no such file or directory`],
    ['dir', `read ${path('dir')}: is a directory`],
    ['here/below', `open ${path('here/below')}: not a directory`],
  ])('says why %s cannot be read', (name, text) => {
    expect(() => corefileSource(path(name)).read()).toThrow(text);
  });

  test('without a name is the file Corefile, or nothing when that is not there', () => {
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
    const source = corefileSource('');
    expect(source.fileName).toBe('Corefile');
    cwd.mockRestore();
    // This project's folder has no file of that name.
    expect(source.read()).toEqual({ fileName: 'Corefile', text: '' });
  });

  test('of standard input has the name that CoreDNS shows', () => {
    expect(corefileSource('stdin').fileName).toBe('/dev/stdin');
  });
});

describe('the reader of imports', () => {
  const reader = fileReader();

  test('counts relative names from the working folder', () => {
    expect(reader.workingDirectory).toBe(process.cwd());
  });

  test.each([
    ['here', { text: 'text' }],
    ['missing', { error: `open ${path('missing')}: no such file or directory` }],
    ['dir', { error: 'is a directory' }],
  ])('reads %s', (name, result) => {
    expect(reader.readFile(path(name))).toEqual(result);
  });

  test.each([
    ['here', true],
    ['dir', true],
    ['dangling', true],
    ['missing', false],
  ])('%s exists: %s', (name, expected) => {
    expect(reader.exists(path(name))).toBe(expected);
  });

  test('lists the names of a folder, and none of what is no folder', () => {
    expect([...reader.listNames(folder)].filter((name) => name !== 'changing').toSorted()).toEqual([
      'closed',
      'dangling',
      'dir',
      'here',
    ]);
    expect(reader.listNames(path('missing'))).toEqual([]);
    expect(reader.listNames(path('here'))).toEqual([]);
  });
});

test.each([
  [Object.assign(new Error('raw'), { code: 'EACCES' }), 'open f: permission denied'],
  [Object.assign(new Error('raw'), { code: 'ELOOP' }), 'open f: raw'],
  ['odd', 'open f: odd'],
])('a failure %j reads as in Go', (error, text) => {
  expect(readFailure('f', error)).toBe(text);
});

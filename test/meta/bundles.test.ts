// The files of dist/ that decide how fast a start is. `npm test` builds them first.

import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ROOT } from '../support/server.ts';

const DIST = join(ROOT, 'dist');

/** Our own files that a file of dist/ asks for, in order. */
function requires(file: string): string[] {
  const text = readFileSync(join(DIST, file), 'utf8');
  return [...text.matchAll(/require\("\.\/([\w-]+)\.js"\)/g)].map(([, name = '']) => name);
}

/** `main-program-RJaM253a` without the hash. */
function plainName(name: string): string {
  return name.replace(/-[\w-]{8}$/, '');
}

describe.each([
  ['main', ['main-early', 'main-program']],
  ['serving-thread', ['serving-thread-early', 'serving-thread-worker']],
])('the entry %s', (entry, files) => {
  test('turns the code cache on before it loads the rest', () => {
    expect(requires(`${entry}.js`).map(plainName)).toEqual(files);
    const early = requires(`${entry}.js`)[0] ?? '';
    expect(requires(`${early}.js`)).toEqual([]);
  });

  test('has its code in the cache', () => {
    const rest = requires(`${entry}.js`)[1] ?? '';
    expect(existsSync(join(DIST, 'cache', `${rest}.js.code`))).toBe(true);
  });
});

const files = readdirSync(DIST).filter((file) => /^(?:main|serving-thread).*\.js$/.test(file));

test('no file loads a module of Node before it is used', () => {
  const eager = files.filter((file) =>
    /(?:let|var) node_\w+=require\("node:/.test(readFileSync(join(DIST, file), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(eager).toEqual([]);
});

// Code from a cache cannot do that (ERR_VM_DYNAMIC_IMPORT_CALLBACK_MISSING).
test('no file imports ES modules while it runs', () => {
  const importing = files.filter((file) =>
    /\bimport\([`'"]/.test(readFileSync(join(DIST, file), 'utf8')),
  );
  expect(importing).toEqual([]);
});

/** The file of dist/ whose name without the hash is this. */
function fileOf(name: string): string {
  return files.find((file) => plainName(file.replace('.js', '')) === name) ?? '';
}

test('a serving thread has the plugins of kubeadm in one file, and those of few Corefiles apart', () => {
  const worker = readFileSync(join(DIST, fileOf('serving-thread-worker')), 'utf8');
  const words = 'cache errors forward kubernetes loadbalance loop prometheus hosts log'.split(' ');
  for (const word of words) {
    expect(worker).toMatch(new RegExp(`\\b${word}Serving=`));
    expect(fileOf(`serving-thread-${word}`)).toBe('');
  }
  expect(worker).not.toMatch(/\btemplateServing=/);
  expect(fileOf('serving-thread-template')).not.toBe('');
});

test('the package for regular expressions is loaded with the first of them', () => {
  const users = files.filter((file) => readFileSync(join(DIST, file), 'utf8').includes('re2js.js'));
  expect(users.length).toBeGreaterThan(2);
  for (const file of users) {
    expect(readFileSync(join(DIST, file), 'utf8')).toMatch(
      /load=\(\)=>\w+\$?\?\?=require\("\.\/re2js\.js"\)/,
    );
  }
});

// V8 keeps a file with a single other letter in two octets a character, and Node decodes it in twice the time.
test('every file is ASCII', () => {
  const others = readdirSync(DIST).filter(
    (file) => file.endsWith('.js') && /[^\0-\x7f]/.test(readFileSync(join(DIST, file), 'utf8')),
  );
  expect(others).toEqual([]);
});

describe('a copy of the program', () => {
  const copy = mkdtempSync(join(tmpdir(), 'nodens-'));
  afterAll(() => rmSync(copy, { recursive: true }));
  for (const folder of ['bin', 'dist']) {
    cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

  test.each([
    ['that ends early', undefined],
    ['of something else', Buffer.from('no code of V8, but long enough to look at it '.repeat(9))],
  ])('starts with a cache %s', (_what, content) => {
    const folder = join(copy, 'dist', 'cache');
    for (const file of readdirSync(folder).filter((name) => name.endsWith('.code'))) {
      const path = join(folder, file);
      writeFileSync(path, content ?? readFileSync(path).subarray(0, -9));
    }
    const text = execFileSync(join(copy, 'bin', 'nodens'), ['-version'], { encoding: 'utf8' });
    expect(text).toMatch(/^Nodens-/);
  });
});

// The files of dist/ that decide how fast a start is. `npm test` builds them first.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
  test('turns the compile cache on before it loads the rest', () => {
    expect(requires(`${entry}.js`).map(plainName)).toEqual(files);
    const early = requires(`${entry}.js`)[0] ?? '';
    expect(requires(`${early}.js`)).toEqual([]);
  });
});

test('no file loads a module of Node before it is used', () => {
  const files = readdirSync(DIST).filter((file) => /^(?:main|serving-thread).*\.js$/.test(file));
  const eager = files.filter((file) =>
    /(?:let|var) node_\w+=require\("node:/.test(readFileSync(join(DIST, file), 'utf8')),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(eager).toEqual([]);
});

test('a serving thread loads its plugins from one file', () => {
  const files = readdirSync(DIST).filter((file) => file.startsWith('serving-thread-'));
  expect(files.map((file) => plainName(file.replace('.js', '')))).toEqual([
    'serving-thread-early',
    'serving-thread-worker',
  ]);
});

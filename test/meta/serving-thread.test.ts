// What a serving thread loads: nothing that watches, parses YAML, counts for everybody or writes logs slowly. Its memory
// and its start depend on it. Follows the imports that remain when types are erased.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/server.ts';

const ENTRY = 'src/cli/serving-thread.ts';
const FORBIDDEN_PACKAGES = ['@kubernetes/client-node', 'yaml', 'prom-client', 'pino'];
const FORBIDDEN_FOLDER = 'src/kubernetes/';
const IMPORTS =
  /^(?:import|export)\s+(?!type\b)([^;]*?from\s+)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm;

/** Specifiers that a file loads when it runs; `import { type A }` loads nothing of A but is counted, on the safe side. */
function specifiers(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(IMPORTS)].map((match) => match[2] ?? match[3] ?? '');
}

/** Everything that is reachable: our files by path, packages by name, each with the file that wants it. */
function reachable(entry: string): Map<string, string> {
  const found = new Map([[entry, '']]);
  for (const [file] of found) {
    if (!file.endsWith('.ts')) continue;
    for (const specifier of specifiers(file)) {
      const isOurs = specifier.startsWith('.');
      const target = isOurs ? relative(ROOT, join(ROOT, dirname(file), specifier)) : specifier;
      if (!found.has(target)) found.set(target, file);
    }
  }
  return found;
}

const found = reachable(ENTRY);

test('the walk finds the plugins and only files that exist', () => {
  const files = [...found.keys()].filter((name) => name.endsWith('.ts'));
  expect(files).toContain('src/plugins/registry-serving.ts');
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('no serving thread loads the watching half of the program', () => {
  const wrong = [...found].filter(
    ([name]) =>
      name.startsWith(FORBIDDEN_FOLDER) ||
      FORBIDDEN_PACKAGES.some((each) => name === each || name.startsWith(`${each}/`)),
  );
  expect(wrong.map(([name, wantedBy]) => `${wantedBy} -> ${name}`)).toEqual([]);
});

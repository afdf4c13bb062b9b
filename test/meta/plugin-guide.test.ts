// docs/adding-a-plugin.md says what is there: its links lead to files, its snippets are lines of them.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/server.ts';

const DOCS = join(ROOT, 'docs');
const guide = readFileSync(join(DOCS, 'adding-a-plugin.md'), 'utf8');
const SNIPPET_FILES = [
  'plugins/nsid/setup.ts',
  'plugins/nsid/nsid.ts',
  'plugins/registry-control.ts',
  'plugins/registry-serving.ts',
];
const CONTRACT_FILES = ['plugin/control.ts', 'plugin/serving.ts'];

function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim());
}

function sources(files: readonly string[]): string {
  return files.map((file) => readFileSync(join(ROOT, 'src', file), 'utf8')).join('\n');
}

test('its links lead somewhere', () => {
  const targets = [...guide.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = '']) => target);
  expect(targets.length).toBeGreaterThan(5);
  expect(targets.filter((target) => !existsSync(join(DOCS, target)))).toEqual([]);
});

test('its snippets are lines of the plugin that it walks through', () => {
  const known = new Set(linesOf(sources(SNIPPET_FILES)));
  const snippets = [...guide.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
  expect(snippets.length).toBeGreaterThan(2);
  expect(snippets.flatMap(linesOf).filter((line) => !known.has(line))).toEqual([]);
});

test('what it says of the contracts is in them', () => {
  const text = sources(CONTRACT_FILES);
  const members = [...guide.matchAll(/`(?:Instance|ServingContext)\.(\w+)`/g)];
  const names = members.map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(3);
  expect(names.filter((name) => !text.includes(`  ${name}(`))).toEqual([]);
});

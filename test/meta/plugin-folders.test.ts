// Every plugin folder is a plugin: it has a README with the headings of a man page, stands in the ordered table, and the
// examples of its README are Corefiles that `nodens check` finds fine.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkCorefile } from '../../src/cli/check.ts';
import { CONTROL_REGISTRY, CONTROL_WORDS, DIRECTIVES } from '../../src/plugins/registry-control.ts';
import { SERVING_WORDS } from '../../src/plugins/registry-serving.ts';
import { ROOT } from '../support/server.ts';

const PLUGINS = join(ROOT, 'src', 'plugins');
const HEADINGS = ['Name', 'Description', 'Syntax', 'Metrics', 'Ready', 'Examples'];
const names = readdirSync(PLUGINS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

function readme(name: string): string {
  const path = join(PLUGINS, name, 'README.md');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Fenced blocks of a language. */
function blocks(text: string, language: string): string[] {
  const fences = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms');
  return [...text.matchAll(fences)].map((match) => match[1] ?? '');
}

describe('a plugin folder', () => {
  test.each(names)('%s has a README in man-page order', (name) => {
    const text = readme(name);
    expect(text.split('\n')[0]).toBe(`# ${name}`);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1] ?? '');
    expect(headings.filter((each) => HEADINGS.includes(each))).toEqual(HEADINGS);
    expect(blocks(text, 'corefile').length).toBeGreaterThan(0);
  });

  test.each(names)('%s is a directive and has its row in the tables', async (name) => {
    expect(DIRECTIVES).toContain(name);
    const plugin = await CONTROL_REGISTRY.get(name);
    expect(plugin?.name).toBe(name);
    // One that handles queries needs a serving half, one that does not must have none.
    expect(SERVING_WORDS.includes(name)).toBe(plugin?.isHandler);
  });

  test('is there for every row of the tables', () => {
    const rows = new Set([...CONTROL_WORDS, ...SERVING_WORDS]);
    expect([...rows].filter((name) => !names.includes(name))).toEqual([]);
  });
});

/** Examples of a README by a name to show. */
function examples(file: string, text: string): (readonly [string, string])[] {
  return blocks(text, 'corefile').map((corefile, i) => [`${file} ${i + 1}`, corefile] as const);
}

const GUIDES = ['README.md', 'README.zh-CN.md', 'docs/adding-a-plugin.md'];
const guides = GUIDES.filter((file) => existsSync(join(ROOT, file)));
const all = [
  ...guides.flatMap((file) => examples(file, readFileSync(join(ROOT, file), 'utf8'))),
  ...names.flatMap((name) => examples(name, readme(name))),
];
const folder = mkdtempSync(join(tmpdir(), 'nodens-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('an example', () => {
  test.each(all)('%s passes nodens check', async (_name, corefile) => {
    const conf = join(folder, 'Corefile');
    mkdirSync(dirname(conf), { recursive: true });
    writeFileSync(conf, corefile);
    const problems = await checkCorefile({ conf, port: '1053' }, () => undefined);
    expect(problems, corefile).toEqual([]);
  });
});

// Runs golden.py of a folder of recorded answers against bin/nodens, without what test/golden/waiting.json lists:
// `node scripts/check-golden.mjs ../shared/golden [PYTHON]`. Prints all that golden.py prints, then one line
// `golden.py: N passed, N failed, N waiting`. Exit 1 when something failed. Also compares the corpus with the folder.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [golden, python = 'python3'] = process.argv.slice(2);
if (golden === undefined) {
  console.error('usage: node scripts/check-golden.mjs GOLDEN_DIR [PYTHON]');
  process.exit(2);
}
const waiting = new Set(Object.values(JSON.parse(readFileSync(join(root, 'test/golden/waiting.json'), 'utf8'))).flat());

/** Scenario folders as `group/name`. */
function scenarios() {
  return readdirSync(golden, { recursive: true })
    .filter((file) => file.endsWith('cases.json'))
    .map((file) => dirname(file))
    .sort();
}

/** Whether the corpus in the project is what the folder holds now. */
function isCorpusFresh() {
  const folder = mkdtempSync(join(tmpdir(), 'nodens-corpus-'));
  spawnSync(process.execPath, [join(root, 'scripts/pack-golden.mjs'), golden, folder], { stdio: 'inherit' });
  const { status } = spawnSync('diff', ['-rq', folder, join(root, 'test/golden/corpus')], { stdio: 'inherit' });
  rmSync(folder, { recursive: true, force: true });
  return status === 0;
}

/** Shows the output as it comes and returns it. */
function check(names) {
  const folders = names.map((name) => join(golden, name));
  const args = [join(golden, 'golden.py'), 'check', '-v', ...folders, '--', join(root, 'bin/nodens'), '-conf', '{COREFILE}'];
  const child = spawn(python, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    process.stdout.write(chunk);
  });
  return new Promise((resolve) => child.once('close', () => resolve(text)));
}

const names = scenarios().filter((name) => !waiting.has(name) && !waiting.has(name.split('/')[0]));
const output = await check(names);
const total = /^(\d+)\/(\d+) cases pass/m.exec(output);
// The cases that differ, as `group/name#id`.
const differing = [...output.matchAll(/^ {2}(\S+\/\S+) (\S+): /gm)].map(([, name, id]) => `${name}#${id}`);
const waited = differing.filter((entry) => waiting.has(entry)).length;
const passed = Number(total?.[1] ?? 0);
const failed = total === null ? 1 : Number(total[2]) - passed - waited;
const isFresh = isCorpusFresh();
if (!isFresh) console.log(`test/golden/corpus differs from ${relative(root, golden)}: node scripts/pack-golden.mjs ${golden}`);
console.log(`golden.py: ${passed} passed, ${failed + (isFresh ? 0 : 1)} failed, ${waited} waiting`);
process.exitCode = failed > 0 || !isFresh ? 1 : 0;

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

/** Runs golden.py and shows its output as it comes; `jobs` scenarios at once. */
async function check(names, jobs) {
  const folders = names.map((name) => join(golden, name));
  const options = ['-v', '-j', String(jobs), '--', join(root, 'bin/nodens'), '-conf', '{COREFILE}'];
  const child = spawn(python, [join(golden, 'golden.py'), 'check', ...folders, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    process.stdout.write(chunk);
  });
  await new Promise((resolve) => child.once('close', resolve));
  return countScenarios(text);
}

/** What golden.py says of each scenario: cases that passed, and those that differ but wait. */
function countScenarios(text) {
  const counts = new Map();
  for (const [, name, passed, cases] of text.matchAll(/^(?:ok|FAIL) +(\S+\/\S+) +(\d+)\/(\d+) /gm)) {
    counts.set(name, { passed: Number(passed), cases: Number(cases), waiting: 0 });
  }
  for (const [, name, id] of text.matchAll(/^ {2}(\S+\/\S+) (\S+): /gm)) {
    if (waiting.has(`${name}#${id}`)) counts.get(name).waiting += 1;
  }
  return counts;
}

const failures = ({ passed, cases, waiting: waits }) => cases - passed - waits;
const names = scenarios().filter((name) => !waiting.has(name) && !waiting.has(name.split('/')[0]));
const counts = await check(names, 2);
for (const name of names) if (!counts.has(name)) counts.set(name, { passed: 0, cases: 1, waiting: 0 });
// A busy machine misses the times that were recorded: what failed is asked once more, alone, and that counts.
const again = names.filter((name) => failures(counts.get(name)) > 0);
if (again.length > 0) {
  console.log(`once more, one at a time: ${again.join(' ')}`);
  for (const [name, count] of await check(again, 1)) counts.set(name, count);
}
const sum = (value) => [...counts.values()].reduce((total, count) => total + value(count), 0);
const passed = sum((count) => count.passed);
const waited = sum((count) => count.waiting);
const failed = sum(failures);
const isFresh = isCorpusFresh();
if (!isFresh) console.log(`test/golden/corpus differs from ${relative(root, golden)}: node scripts/pack-golden.mjs ${golden}`);
console.log(`golden.py: ${passed} passed, ${failed + (isFresh ? 0 : 1)} failed, ${waited} waiting`);
process.exitCode = failed > 0 || !isFresh ? 1 : 0;

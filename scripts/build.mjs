// Builds dist/: one bundle for the control thread, one for the serving threads, one for the child that reads a
// kubeconfig. Runs on any Node that rolldown supports (20.19 or later), because npm's Node calls it in `prepare`.
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { warm } from './warm.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

/** The commit that is built; an image build has no .git and hands it in. */
function revision() {
  if (process.env.NODENS_REVISION) return process.env.NODENS_REVISION;
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, stdio: 'pipe' }).toString().trim();
  } catch {
    return 'unknown';
  }
}

/** A large package that few Corefiles need has a file of its own: the code that a start reads is half as much without it. */
const REGEXP_FILE = './re2js.js';

const ownFiles = {
  name: 'own-files',
  resolveId: (id) => (id === 're2js' ? { id: REGEXP_FILE, external: true } : undefined),
};

/** rolldown writes `let node_fs = require("node:fs");` or `var import_pino = require_pino();` and uses the module by that name. */
const IMPORT = /^(?:let|var) (\w+) = (?:require\("(?:node:[^"]+|\.\/re2js\.js)"\)|require_\w+\(\));$/gm;

/**
 * Loads what a chunk imports of Node's modules, and of packages in CommonJS, when it is first used: half of a start would be
 * the loading of modules that are not needed before the first answer, or never.
 */
const lazyImports = {
  name: 'lazy-imports',
  renderChunk: (code) => [...code.matchAll(IMPORT)].map(([, name]) => name).reduce(loadOnUse, code),
};

function loadOnUse(code, name) {
  const lazy = code
    .replace(new RegExp(`^${name} = .*\\(${name}, 1\\);$`, 'm'), '')
    .replaceAll(new RegExp(`\\bnew ${name}(?:\\.default\\b)?((?:\\.\\w+)+)`, 'g'), `new (${name}()$1)`)
    .replaceAll(new RegExp(`(?<![\\w$.])${name}(?:\\.default\\b)?\\.`, 'g'), `${name}().`)
    .replace(new RegExp(`^(?:let|var) ${name} = (.*);$`, 'm'), `let ${name}$$;\nconst ${name}$$load = () => (${name}$$ ??= $1);`);
  if (new RegExp(`(?<![\\w$.])${name}(?![\\w$(])|${name}\\(\\)\\.default\\b`).test(lazy)) {
    throw new Error(`${name} is used in a way that scripts/build.mjs does not know`);
  }
  return lazy.replaceAll(`${name}()`, `${name}$$load()`);
}

// Built beside the old one and swapped at the end: a server may be started meanwhile.
const fresh = join(root, 'dist.new');
rmSync(fresh, { recursive: true, force: true });

const minify = { compress: false, mangle: false, codegen: { removeWhitespace: true, legalComments: 'none' } };

/**
 * Writes the bundle of one entry. `files` names modules that go into one file with all that they need and no file before it has;
 * what else is imported on demand has a file each.
 */
async function bundle(entry, files, treeshake = {}) {
  const name = basename(entry, '.ts');
  const groups = Object.entries(files).map(([file, test], index, all) => ({ name: file, test, priority: all.length - index }));
  await build({
    cwd: root,
    input: { [name]: entry },
    platform: 'node',
    external: [/^node:/],
    treeshake,
    plugins: [ownFiles, lazyImports],
    logLevel: 'warn',
    transform: { define: { 'process.env.NODENS_REVISION': JSON.stringify(revision()) } },
    output: {
      dir: fresh,
      // Which Node loads in half the time of modules.
      format: 'cjs',
      entryFileNames: '[name].js',
      chunkFileNames: `${name}-[name]-[hash].js`,
      codeSplitting: { groups },
      minify,
    },
  });
}

/**
 * Writes what is not ASCII as escapes. One such letter makes V8 keep a whole file in two octets a character: 3 MB of memory, and
 * twice the time to read it.
 */
function toAscii(folder) {
  for (const file of readdirSync(folder).filter((each) => each.endsWith('.js'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const escaped = text.replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    if (escaped === text) continue;
    if (meaning(escaped) !== meaning(text)) throw new Error(`${file}: letters beyond ASCII where an escape means something else`);
    writeFileSync(join(folder, file), escaped);
  }
}

/** The syntax tree of a program as text, without places and spellings; of a template that is `tagged`, the spelling counts. */
function meaning(text) {
  const tagged = new WeakSet();
  return JSON.stringify(parseAst(text, { sourceType: 'script' }), (key, value) => {
    if (value?.type === 'TaggedTemplateExpression') for (const part of value.quasi.quasis) tagged.add(part);
    if (value?.type === 'TemplateElement') return tagged.has(value) ? value.value.raw : value.value.cooked;
    if (typeof value === 'bigint') return String(value);
    return ['start', 'end', 'raw'].includes(key) ? undefined : value;
  });
}

/** What an entry needs to turn the code cache on, which must be on before the rest is loaded. */
const early = /src\/cli\/(?:early-signals|code-cache)|rolldown\/runtime/;
/** The plugins of kubeadm's Corefile, and what a query passes most often beside them. */
const stock = 'cache|errors|forward|health|kubernetes|loadbalance|loop|prometheus|ready|reload';
const control = new RegExp(`src/plugins/(?:${stock})/setup`);
const serving = new RegExp(`src/(?:cli/serving-worker|plugins/(?:${stock}|hosts|log)/)`);

await build({
  cwd: root,
  input: join(root, 'node_modules', 're2js', 'build', 'index.cjs'),
  logLevel: 'warn',
  output: { file: join(fresh, REGEXP_FILE), format: 'cjs', minify },
});
// A bundle a thread: threads share no code at run time.
await bundle('src/cli/main.ts', { early, program: /src\/cli\/program/, stock: control });
// One file for these, so that no call of a query's path goes through the exports of another.
await bundle('src/cli/serving-thread.ts', { early, worker: serving });
// Of its library's many modules only those that are called: the rest would be a third of its time.
await bundle('src/kubernetes/api/kubeconfig-child.ts', {}, { moduleSideEffects: false });
toAscii(fresh);
writeFileSync(join(fresh, 'package.json'), '{"type":"commonjs"}\n');
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);

// Node writes its cache of the child's code when the child ends; there need not be a kubeconfig for that.
spawnSync('sh', [join(root, 'scripts', 'node26'), join(dist, 'kubeconfig-child.js'), '/dev/null'], {
  env: { ...process.env, NODE_COMPILE_CACHE: join(dist, 'cache') },
});

// Twice, because its port may be taken just when the server wants it.
const command = [join(root, 'bin', 'nodens')];
if (!((await warm(command, dist)) || (await warm(command, dist)))) {
  console.warn('nodens does not start yet: its first start will be slower');
}

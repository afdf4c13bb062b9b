// Builds dist/: one bundle for the control thread, one for the serving threads, one for the child that reads a
// kubeconfig. Runs on any Node that rolldown supports (20.19 or later), because npm's Node calls it in `prepare`.
import { execFileSync, spawn } from 'node:child_process';
import { renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

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

/** What stands between `import` and `from`, as constants: a name for the whole module, names of its own in braces. */
function constants(clause, source) {
  const [, named] = /\{([^}]*)\}/.exec(clause) ?? [];
  const whole = /^(?:\* as )?([\w$]+)/.exec(clause)?.[1];
  const wanted = [whole, named && `{${named.replaceAll(/\s+as\s+/g, ': ')}}`].filter(Boolean);
  return wanted.map((each) => `const ${each} = process.getBuiltinModule("${source}");`).join('');
}

/**
 * Takes what a chunk imports of Node's modules from the modules themselves. For an import Node makes a namespace with every export,
 * and reading them all loads undici for node:http, streams for node:fs, and more: 20 ms and 15 MiB a thread.
 */
const builtins = {
  name: 'builtins',
  renderChunk: (code) =>
    code.replaceAll(/^import (.+) from "(node:[^"]+)";$/gm, (_line, clause, source) => constants(clause, source)),
};

// Built beside the old one and swapped at the end: a server may be started meanwhile.
const fresh = join(root, 'dist.new');
rmSync(fresh, { recursive: true, force: true });
await build({
  cwd: root,
  input: {
    main: 'src/cli/main.ts',
    'serving-thread': 'src/cli/serving-thread.ts',
    'kubeconfig-child': 'src/kubernetes/api/kubeconfig-child.ts',
  },
  platform: 'node',
  external: [/^node:/],
  plugins: [builtins],
  logLevel: 'warn',
  transform: { define: { 'process.env.NODENS_REVISION': JSON.stringify(revision()) } },
  output: { dir: fresh, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js', minify: { compress: false, mangle: false, codegen: { removeWhitespace: true, legalComments: 'none' } } },
});
rmSync(dist, { recursive: true, force: true });
renameSync(fresh, dist);

/** Starts the server once and ends it when it serves, or after ten seconds: its modules are then in the compile cache. */
async function warm() {
  const words = ['-conf', join(root, 'scripts', 'warm.corefile')];
  const server = spawn(join(root, 'bin', 'nodens'), words, { stdio: ['ignore', 'pipe', 'ignore'] });
  const timer = setTimeout(() => server.kill(), 10_000);
  server.stdout.on('data', (text) => {
    if (String(text).includes('Nodens-')) server.kill();
  });
  const code = await new Promise((resolve) => server.once('error', resolve).once('exit', resolve));
  clearTimeout(timer);
  if (code !== 0) console.warn('nodens does not start yet: run bin/nodens -conf scripts/warm.corefile to see why');
}

await warm();

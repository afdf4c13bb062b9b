// Builds dist/: one bundle for the control thread, one for the serving threads, one for the child that reads a
// kubeconfig. Runs on any Node that rolldown supports (20.19 or later), because npm's Node calls it in `prepare`.
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

rmSync(dist, { recursive: true, force: true });
await build({
  cwd: root,
  input: {
    main: 'src/cli/main.ts',
    'serving-thread': 'src/cli/serving-thread.ts',
    'kubeconfig-child': 'src/kubernetes/api/kubeconfig-child.ts',
  },
  platform: 'node',
  // dns2 and pino load parts of themselves by path at run time.
  external: [/^node:/, 'pino'],
  logLevel: 'warn',
  output: { dir: dist, format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunk-[name]-[hash].js', minify: false },
});

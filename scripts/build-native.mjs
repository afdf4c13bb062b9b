// Compiles native/ with plain cc into dist-native/. Not a must: without a compiler, or with one that fails, it prints one
// line and ends well, and the server takes node:dgram. Runs on any Node, because npm's Node calls it in `prepare`.
//
//   node scripts/build-native.mjs [--required] [--sanitize] [--faults] [--out FILE]
//
// --required fails when there is no addon afterwards. --sanitize adds AddressSanitizer and UBSan, --faults the sendmmsg of
// test/support/native-faults.c, which fails on demand: both are for tests and go with --out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const options = process.argv.slice(2);
const outAt = options.indexOf('--out');
const out =
  outAt < 0 ? join(root, 'dist-native', `udp-${process.platform}-${process.arch}.node`) : options[outAt + 1];

/** Node's headers: beside the Node 26 that `npm ci` brought, else beside the Node that runs this. */
function headers() {
  const prefixes = [join(root, 'node_modules', `node-${process.platform}-${process.arch}`), dirname(dirname(process.execPath)), '/usr'];
  return prefixes.map((prefix) => join(prefix, 'include', 'node')).find((path) => existsSync(join(path, 'node_api.h')));
}

function sources() {
  const native = join(root, 'native');
  const files = readdirSync(native).filter((name) => name.endsWith('.c')).map((name) => join(native, name));
  return options.includes('--faults') ? [...files, join(root, 'test', 'support', 'native-faults.c')] : files;
}

function flags(include) {
  return [
    ...['-std=c11', '-D_GNU_SOURCE', '-O2', '-g1', '-fPIC', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra'],
    // Never unloaded, so that a report at the end of the process still knows the addon's lines.
    ...(options.includes('--sanitize')
      ? ['-fsanitize=address,undefined', '-fno-omit-frame-pointer', '-Wl,-z,nodelete']
      : []),
    ...(options.includes('--faults') ? ['-Wl,--wrap=sendmmsg'] : []),
    ...['-I', join(root, 'native'), '-isystem', include],
  ];
}

/** Builds beside the old file and swaps: a running server has the old one mapped. Gives the reason of a failure. */
function build() {
  if (process.platform !== 'linux') return `${process.platform} has no recvmmsg`;
  const include = headers();
  if (include === undefined) return 'no Node headers found';
  const compiler = process.env.CC || 'cc';
  const fresh = `${out}.${process.pid}`;
  mkdirSync(dirname(out), { recursive: true });
  const result = spawnSync(compiler, [...flags(include), '-o', fresh, ...sources()], { encoding: 'utf8' });
  if (result.error !== undefined) return `${compiler} does not run (${result.error.code})`;
  if (result.status !== 0) {
    rmSync(fresh, { force: true });
    return `${compiler} failed: ${result.stderr.split('\n').find((line) => line.includes('error')) ?? result.stderr.trim()}`;
  }
  if (result.stderr !== '') console.warn(result.stderr);
  renameSync(fresh, out);
  return undefined;
}

function attempt() {
  try {
    return build();
  } catch (error) {
    return error.message;
  }
}

const failure = attempt();
if (failure !== undefined) {
  // An addon of older sources would only be refused later.
  rmSync(out, { force: true });
  console.warn(`nodens: no native addon, UDP will be served by node:dgram: ${failure}`);
  if (options.includes('--required')) process.exitCode = 1;
}

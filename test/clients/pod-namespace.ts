// A network and mount namespace that looks like a pod: its own loopback, and /etc/resolv.conf as the kubelet writes it. The
// server and the clients run in it, so that port 53 is free and nothing leaves it. Needs root or user namespaces.

import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';

/** What a program in the namespace said. */
export interface Outcome {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

const COMMAND_TIMEOUT_MS = 20_000;
/**
 * Loopback up, resolv.conf bound over the machine's, then it stays until it is killed. It mounts nothing unless it is in a mount
 * namespace of its own: $2 is the machine's.
 */
const INIT = `set -e
[ "$(readlink /proc/self/ns/mnt)" != "$2" ] || { echo 'still in the mount namespace of the machine' >&2; exit 1; }
mount --make-rprivate /
if command -v ip >/dev/null; then ip link set lo up; else busybox ip link set lo up; fi
mount --bind "$1" /etc/resolv.conf
echo ready
exec sleep 3600`;

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

export class PodNamespace {
  readonly #holder: ChildProcess;
  readonly #enter: readonly string[];

  private constructor(holder: ChildProcess, isMapped: boolean) {
    this.#holder = holder;
    const user = isMapped ? ['--user', '--preserve-credentials'] : [];
    this.#enter = ['--target', String(holder.pid), ...user, '--net', '--mount', '--'];
  }

  /** Opens one with this resolv.conf; the reason as text where the machine does not allow it. */
  static async open(resolvConf: string): Promise<PodNamespace | string> {
    if (process.platform !== 'linux') return 'no network namespaces on this system';
    if (!(isInstalled('unshare') && isInstalled('nsenter'))) return 'no unshare or nsenter here';
    const machine = readlinkSync('/proc/self/ns/mnt');
    const isRoot = process.getuid?.() === 0;
    const reasons: string[] = [];
    for (const isMapped of isRoot ? [false, true] : [true]) {
      const user = isMapped ? ['--user', '--map-root-user'] : [];
      const args = [...user, '--net', '--mount', 'sh', '-c', INIT, 'sh', resolvConf, machine];
      const holder = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] });
      const said = await firstWords(holder);
      if (said === 'ready') return new PodNamespace(holder, isMapped);
      reasons.push(said);
    }
    return `no rights for a network namespace: ${reasons.join('; ')}`;
  }

  /** Starts a program; it has the pid of the child, nsenter ends in exec. */
  start(program: string, args: readonly string[]): ChildProcess {
    return spawn('nsenter', [...this.#enter, program, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Runs a program to its end. */
  run(program: string, ...args: readonly string[]): Promise<Outcome> {
    const words = [...this.#enter, program, ...args];
    return new Promise((resolve) => {
      const options = { timeout: COMMAND_TIMEOUT_MS };
      const child = execFile('nsenter', words, options, (_error, stdout, stderr) => {
        resolve({ exit: child.exitCode ?? -1, stdout, stderr });
      });
    });
  }

  async close(): Promise<void> {
    const ended = once(this.#holder, 'exit');
    this.#holder.kill('SIGKILL');
    await ended;
  }
}

/** The first line of output, or why there is none. */
async function firstWords(holder: ChildProcess): Promise<string> {
  let errors = '';
  holder.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const word = new Promise<string>((resolve) => {
    holder.stdout?.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    holder.once('close', (code) => resolve(errors.trim() || `unshare ended with ${code}`));
  });
  return word;
}

// A control group with a memory limit, as a pod has one: version 1 or 2 of the kernel's interface, whichever holds the memory
// controller.

import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const MEBIBYTE = 1024 * 1024;
const REMOVE_ATTEMPTS = 100;
const REMOVE_PAUSE_MS = 10;

/** File names of a version of the interface. */
interface Files {
  readonly limit: string;
  readonly peak: string;
  /** Has a line `oom_kill N`. */
  readonly events: string;
  readonly noSwap: readonly [file: string, value: string];
}

const VERSION_1: Files = {
  limit: 'memory.limit_in_bytes',
  peak: 'memory.max_usage_in_bytes',
  events: 'memory.oom_control',
  noSwap: ['memory.swappiness', '0'],
};
const VERSION_2: Files = {
  limit: 'memory.max',
  peak: 'memory.peak',
  events: 'memory.events',
  noSwap: ['memory.swap.max', '0'],
};

/** One group; processes enter it by writing their id into `cgroup.procs` of its folder. */
export class MemoryCgroup {
  readonly folder: string;
  readonly #files: Files;

  private constructor(folder: string, files: Files) {
    this.folder = folder;
    this.#files = files;
  }

  /** Makes a group; undefined where this process may not, or the kernel has no memory controller. */
  static open(limitMiB: number): MemoryCgroup | undefined {
    const mount = memoryMount();
    if (mount === undefined) return undefined;
    const folder = join(mount.folder, `nodens-bench-${process.pid}`);
    try {
      mkdirSync(folder);
    } catch {
      return undefined;
    }
    const group = new MemoryCgroup(folder, mount.files);
    try {
      writeFileSync(join(folder, mount.files.limit), String(limitMiB * MEBIBYTE));
      group.#forbidSwap();
      return group;
    } catch {
      rmdirSync(folder);
      return undefined;
    }
  }

  /** Processes that the kernel has killed for want of memory. */
  get oomKills(): number {
    return Number(/^oom_kill (\d+)$/m.exec(this.#read(this.#files.events))?.[1] ?? Number.NaN);
  }

  /** The most that the group has held, page cache included. NaN where the kernel does not say. */
  get peakMiB(): number {
    try {
      return Number(this.#read(this.#files.peak)) / MEBIBYTE;
    } catch {
      return Number.NaN;
    }
  }

  /** Removes the group, whose processes have ended; the kernel may need a moment for that. */
  async close(): Promise<void> {
    for (let i = 1; ; i += 1) {
      try {
        rmdirSync(this.folder);
        return;
      } catch (error) {
        if (i === REMOVE_ATTEMPTS) throw error;
        await wait(REMOVE_PAUSE_MS);
      }
    }
  }

  #forbidSwap(): void {
    const [file, value] = this.#files.noSwap;
    try {
      writeFileSync(join(this.folder, file), value);
    } catch {
      // A kernel without swap has no such file.
    }
  }

  #read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }
}

/** Where groups with a memory limit can be made. */
function memoryMount(): { readonly folder: string; readonly files: Files } | undefined {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  const first = mounts.find(([, , type, options]) => type === 'cgroup' && hasMemory(options ?? ''));
  if (first?.[1] !== undefined) return { folder: first[1], files: VERSION_1 };
  const second = mounts.find(([, , type]) => type === 'cgroup2')?.[1];
  return second !== undefined && delegatesMemory(second)
    ? { folder: second, files: VERSION_2 }
    : undefined;
}

function hasMemory(options: string): boolean {
  return options.split(',').includes('memory');
}

/** Whether groups below the root have the memory controller; tries to give it to them. */
function delegatesMemory(folder: string): boolean {
  const file = join(folder, 'cgroup.subtree_control');
  const isOn = (): boolean => readFileSync(file, 'utf8').trim().split(' ').includes('memory');
  try {
    if (!isOn()) writeFileSync(file, '+memory');
    return isOn();
  } catch {
    return false;
  }
}

// Notices changes of the manifest files: file system events where the system gives them, and a poll that finds what events
// miss (network file systems, containers, exhausted inotify limits). Calls back once a change has settled.

import { watch } from 'node:fs';
import type { Clock, Timer } from '../../base/clock.ts';
import { fingerprint, foldersOf } from './manifest-files.ts';

/** Starts to watch a folder; may throw when the system has no watch to give. */
export type WatchFolder = (folder: string, onEvent: () => void) => { close(): void };

/** With the settling time below, a change that no event tells is served well within a second. */
const POLL_MS = 400;
/** Editors write in steps (truncate, write, rename); a file that still changes is left alone. */
const SETTLE_MS = 80;

/** Watches the PATHs of one kubernetes block. */
export class ManifestWatcher {
  readonly #paths: readonly string[];
  readonly #clock: Clock;
  readonly #onChange: () => void;
  readonly #watchFolder: WatchFolder;
  #watches: { close(): void }[] = [];
  #timer: Timer | undefined;
  #isSoon = false;
  /** What was last reported, or the state at the start. */
  #known: string;
  /** What the last look found. */
  #seen: string;

  /** `onChange` may throw nothing. Take the watcher's first fingerprint before reading the files. */
  constructor(
    paths: readonly string[],
    clock: Clock,
    onChange: () => void,
    watchFolder: WatchFolder = watchWithEvents,
  ) {
    this.#paths = paths;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#watchFolder = watchFolder;
    this.#known = fingerprint(paths);
    this.#seen = this.#known;
  }

  start(): void {
    this.#openWatches();
    this.#lookIn(POLL_MS);
  }

  stop(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#closeWatches();
  }

  /** Reports a difference once two looks in a row have found the same. */
  #look(): void {
    const before = this.#seen;
    this.#seen = fingerprint(this.#paths);
    if (this.#seen !== before) {
      this.#lookIn(SETTLE_MS);
      return;
    }
    this.#lookIn(POLL_MS);
    if (this.#seen === this.#known) return;
    this.#known = this.#seen;
    this.#closeWatches();
    // Folders may have come, gone, or been replaced by others of the same name.
    this.#openWatches();
    this.#onChange();
  }

  #lookIn(delayMs: number): void {
    this.#isSoon = delayMs === SETTLE_MS;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#look(), delayMs);
  }

  /** An event only hastens the next look, and a burst of events does so once. */
  #hasten(): void {
    if (this.#timer === undefined || this.#isSoon) return;
    this.#lookIn(SETTLE_MS);
  }

  #openWatches(): void {
    for (const folder of new Set(this.#paths.flatMap(foldersOf))) {
      try {
        this.#watches.push(this.#watchFolder(folder, () => this.#hasten()));
      } catch {
        // No event will come from there; the poll looks anyway.
      }
    }
  }

  #closeWatches(): void {
    for (const open of this.#watches) open.close();
    this.#watches = [];
  }
}

function watchWithEvents(folder: string, onEvent: () => void): { close(): void } {
  const watcher = watch(folder, { persistent: false }, onEvent);
  // A folder that goes away ends its watch with an error; the poll finds out what that means.
  watcher.on('error', () => watcher.close());
  return watcher;
}

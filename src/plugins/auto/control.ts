// Follows a folder of zone files: files that appear become zones, zones whose file is gone are dropped, files that change
// are read again (plugin/auto/walk.go). Runs on the control thread.

import { normalize } from 'node:path';
import { quote } from '../../base/go-text.ts';
import { Poll } from '../../base/poll.ts';
import { lowerName, type Name, parseName } from '../../dns/name.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { BlockSetup } from '../../plugin/control.ts';
import { notifierOf } from '../../plugin/zone-notifier.ts';
import { ZoneSetPublisher } from '../../plugin/zone-set.ts';
import { readZoneFile } from '../../zone/zone-files.ts';
import { ZoneWatch } from '../../zone/zone-watch.ts';
import { type FoundFile, filesBelow } from './folder-walk.ts';
import type { AutoBlock } from './options.ts';

/** What is followed. */
export type FollowedFolder = Pick<AutoBlock, 'directory' | 'pattern' | 'reloadMs'>;

/** The zones of one folder. */
export class ZoneFolder {
  readonly #folder: FollowedFolder;
  readonly #block: BlockSetup;
  readonly #log: Logger;
  readonly #poll: Poll;
  readonly #publisher: ZoneSetPublisher;
  /** By origin as the files' names spell it, with its final dot. */
  readonly #watches = new Map<string, ZoneWatch>();

  constructor(folder: FollowedFolder, block: BlockSetup) {
    this.#folder = folder;
    this.#block = block;
    this.#log = pluginLogger(block.instance.log, 'auto');
    this.#poll = new Poll(block.instance.clock);
    this.#publisher = new ZoneSetPublisher('auto', block.instance);
  }

  /** Where the serving threads hear of zones. */
  get channel(): string {
    return this.#publisher.channel;
  }

  /** Looks through the folder; then again and again, unless reloading is off. */
  async start(): Promise<void> {
    await this.walk();
    this.#poll.start(
      () => this.#walkAgain(),
      () => this.#folder.reloadMs,
    );
  }

  stop(): void {
    this.#poll.stop();
    for (const watch of this.#watches.values()) watch.stop();
  }

  /** Tells secondaries of all zones; CoreDNS does so after every walk. */
  async notify(): Promise<void> {
    const notifier = notifierOf(this.#block);
    if (notifier === undefined) return;
    let last = '';
    for (const { origin } of this.#watches.values()) {
      const problem = await notifier.notify(origin);
      if (problem !== '') last = problem;
    }
    if (last !== '') this.#log.warning(last);
  }

  /** Notifications do not hold up the next walk. */
  async #walkAgain(): Promise<void> {
    await this.walk();
    if (!this.#poll.isStopped) void this.notify();
  }

  /** Looks through the folder once. Never rejects. */
  async walk(): Promise<void> {
    const files = await filesBelow(this.#folder.directory, (path, error) =>
      this.#log.warning(`error reading ${path}: ${error}`),
    );
    const seen = new Map<string, string>();
    for (const file of files) await this.#visit(file, seen);
    if (this.#poll.isStopped) return;
    for (const origin of [...this.#watches.keys()]) {
      if (!seen.has(origin)) this.#drop(origin);
    }
    this.#publisher.publish();
  }

  /** `seen` are the files by origin that this walk has met. */
  async #visit({ path, name }: FoundFile, seen: Map<string, string>): Promise<void> {
    const zone = this.#folder.pattern.zoneOf(name);
    if (zone === undefined) return;
    const origin = zone.endsWith('.') ? zone : `${zone}.`;
    const file = normalize(path);
    const previous = seen.get(origin);
    if (previous !== undefined) {
      this.#log.warning(
        `Multiple zone files match origin ${quote(origin)}: using ${quote(previous)} instead of ${quote(file)}`,
      );
      return;
    }
    seen.set(origin, file);
    const watch = this.#watches.get(origin);
    if (watch === undefined) await this.#insert(origin, file);
    else watch.fileName = file;
  }

  async #insert(origin: string, file: string): Promise<void> {
    let text: string;
    try {
      text = await readZoneFile(file);
    } catch (error) {
      this.#log.warning(`Opening ${file} failed: ${messageOf(error)}`);
      return;
    }
    const name = parseName(origin);
    if (this.#poll.isStopped || name === undefined) return;
    const watch = this.#watch(lowerName(name), file);
    try {
      watch.load(text);
    } catch (error) {
      this.#log.warning(`Parse zone \`${origin}': ${messageOf(error)}`);
      return;
    }
    this.#watches.set(origin, watch);
    void watch.start(this.#folder.reloadMs, false);
    this.#log.info(`Inserting zone \`${origin}' from: ${file}`);
  }

  #drop(origin: string): void {
    const watch = this.#watches.get(origin);
    watch?.stop();
    this.#watches.delete(origin);
    if (watch !== undefined) this.#publisher.delete(watch.origin);
    this.#log.info(`Deleting zone \`${origin}'`);
  }

  /** Later loads of a zone are reported under the name of the file plugin, as by CoreDNS. */
  #watch(origin: Name, fileName: string): ZoneWatch {
    const { instance } = this.#block;
    const log = pluginLogger(instance.log, 'file');
    return new ZoneWatch(
      { origin, fileName },
      {
        clock: instance.clock,
        log,
        publish: (records) => this.#publisher.set(origin, records),
        onReload: () => {
          this.#publisher.publish();
          void this.#notifyOf(origin, log);
        },
      },
    );
  }

  async #notifyOf(origin: Name, log: Logger): Promise<void> {
    const problem = (await notifierOf(this.#block)?.notify(origin)) ?? '';
    if (problem !== '') log.warning(`Failed sending notifies: ${problem}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

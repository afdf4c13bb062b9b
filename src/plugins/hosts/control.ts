// Keeps the records of one hosts file current: reads it at the start, then looks every `reload` whether modification time or size
// have changed (CoreDNS: plugin/hosts/hostsfile.go, readHosts). A file that cannot be read changes nothing, silently.

import { readFile, stat } from 'node:fs/promises';
import { Poll } from '../../base/poll.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { Instance } from '../../plugin/control.ts';
import { packRecords } from '../../zone/packed-records.ts';
import { type HostLineOptions, parseHostLines } from './host-lines.ts';
import { HOSTS_ENTRIES, HOSTS_RELOAD_TIMESTAMP } from './metrics.ts';
import type { HostsData } from './options.ts';

/** What is watched. */
export interface HostsFileOptions {
  readonly fileName: string;
  /** Milliseconds between two looks, 0 for none. */
  readonly reloadMs: number;
  readonly lines: HostLineOptions;
  /** Lines of the Corefile. */
  readonly inline: readonly string[];
  /** Where the handlers listen. */
  readonly channel: string;
}

const MS_PER_SECOND = 1000;

/** One hosts file. */
export class HostsFile {
  readonly #options: HostsFileOptions;
  readonly #instance: Instance;
  readonly #log: Logger;
  readonly #inline: SharedArrayBuffer;
  readonly #inlineCount: number;
  readonly #poll: Poll;
  #mtimeMs = Number.NaN;
  #size = Number.NaN;

  /** Publishes the inline entries at once. */
  constructor(options: HostsFileOptions, instance: Instance) {
    this.#options = options;
    this.#instance = instance;
    this.#log = pluginLogger(instance.log, 'hosts');
    this.#poll = new Poll(instance.clock);
    const inline = parseHostLines(options.inline.join('\n'), options.lines);
    this.#inline = packRecords(inline);
    this.#inlineCount = inline.length;
    this.#publish(undefined);
  }

  /** Reads the file and starts to watch it. */
  async start(): Promise<void> {
    await this.check();
    this.#poll.start(
      () => this.check(),
      () => this.#options.reloadMs,
    );
  }

  /** Reads the file if it has changed. Never rejects. */
  async check(): Promise<void> {
    const { fileName, lines } = this.#options;
    let text: string;
    let mtimeMs: number;
    try {
      const facts = await stat(fileName);
      if (facts.mtimeMs === this.#mtimeMs && facts.size === this.#size) return;
      text = await readFile(fileName, 'utf8');
      this.#size = facts.size;
      mtimeMs = facts.mtimeMs;
    } catch {
      return;
    }
    if (this.#poll.isStopped) return;
    this.#mtimeMs = mtimeMs;
    const records = parseHostLines(text, lines);
    this.#log.debug(`Parsed hosts file into ${records.length} entries`);
    this.#publish(packRecords(records));
    const { controlMetrics } = this.#instance;
    controlMetrics.gauge(HOSTS_ENTRIES, [fileName]).set(this.#inlineCount + records.length);
    controlMetrics.gauge(HOSTS_RELOAD_TIMESTAMP, []).set(mtimeMs / MS_PER_SECOND);
  }

  /** Looks no more. */
  stop(): void {
    this.#poll.stop();
  }

  #publish(file: SharedArrayBuffer | undefined): void {
    const data: HostsData = { file, inline: this.#inline };
    this.#instance.publish(this.#options.channel, data);
  }
}

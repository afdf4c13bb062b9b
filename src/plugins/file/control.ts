// Keeps one zone of one file current: the first load at setup, then a look at the file every `reload`. A file that
// cannot be read or parsed changes nothing; the serving threads go on with what they have (plugin/file/reload.go).

import type { Timer } from '../../base/clock.ts';
import { quote } from '../../base/go-text.ts';
import { formatName, type Name } from '../../dns/name.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { Instance } from '../../plugin/control.ts';
import { loadZone, SameSerialError } from '../../zone/load.ts';
import { packRecords } from '../../zone/packed-records.ts';
import { diskSource, modifiedMs, readZoneFile } from './zone-files.ts';

/** What is watched. */
export interface ZoneWatchOptions {
  readonly origin: Name;
  readonly fileName: string;
  /** Where the serving threads listen for the zone's records. */
  readonly channel: string;
}

/** The serial of CoreDNS for a zone that is not loaded. */
const NO_SERIAL = -1;
/** At the start CoreDNS compares with 0, so that a zone with serial 0 does not load. */
const FIRST_SERIAL = 0;

/** Loads a zone and publishes it again whenever its file changes. */
export class ZoneWatch {
  readonly #options: ZoneWatchOptions;
  readonly #instance: Instance;
  readonly #log: Logger;
  #serial = NO_SERIAL;
  #mtimeMs: number | undefined = undefined;
  #timer: Timer | undefined = undefined;
  #isStopped = false;

  constructor(options: ZoneWatchOptions, instance: Instance) {
    this.#options = options;
    this.#instance = instance;
    this.#log = pluginLogger(instance.log, 'file');
  }

  /** Loads the zone from the file's text. Throws an Error with CoreDNS's text when the file is wrong. */
  load(text: string): void {
    this.#publish(text, FIRST_SERIAL);
  }

  /** Starts looking; 0 or less never looks. `isByMtime` goes by modification time instead of the serial. */
  async start(reloadMs: number, isByMtime: boolean): Promise<void> {
    if (isByMtime) this.#mtimeMs = await modifiedMs(this.#options.fileName);
    if (reloadMs > 0 && !this.#isStopped) this.#schedule(reloadMs, isByMtime);
  }

  /** Looks no more. */
  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== undefined) this.#instance.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(reloadMs: number, isByMtime: boolean): void {
    this.#timer = this.#instance.clock.setTimeout(() => {
      void this.check(isByMtime).then(() => {
        if (!this.#isStopped) this.#schedule(reloadMs, isByMtime);
      });
    }, reloadMs);
    this.#timer.unref();
  }

  /** Looks at the file once; never rejects, problems go to the log. */
  async check(isByMtime: boolean): Promise<void> {
    const { origin, fileName } = this.#options;
    const zone = quote(formatName(origin));
    const mtimeMs = isByMtime ? await modifiedMs(fileName) : undefined;
    if (mtimeMs !== undefined && mtimeMs === this.#mtimeMs) return;
    let text: string;
    try {
      text = await readZoneFile(fileName);
    } catch (error) {
      this.#log.error(`Failed to open zone ${zone} in ${quote(fileName)}: ${messageOf(error)}`);
      return;
    }
    if (this.#isStopped) return;
    try {
      this.#publish(text, isByMtime ? NO_SERIAL : this.#serial);
    } catch (error) {
      if (error instanceof SameSerialError) return;
      this.#log.error(`Parsing zone ${zone}: ${messageOf(error)}`);
      return;
    }
    this.#mtimeMs = mtimeMs;
    const place = `${zone} in ${quote(fileName)}`;
    this.#log.info(`Successfully reloaded zone ${place} with ${this.#serial} SOA serial`);
  }

  #publish(text: string, serial: number): void {
    const { origin, fileName, channel } = this.#options;
    const { zone, records } = loadZone({ fileName, text, origin }, serial, diskSource);
    this.#serial = zone.serial;
    this.#instance.publish(channel, packRecords(records));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

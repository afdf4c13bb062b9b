// Keeps one zone of one file current: a first load, then a look at the file every so often. A file that cannot be read
// or parsed changes nothing (plugin/file/reload.go). Plugins file and auto each watch their zones with it.

import type { Clock } from '../base/clock.ts';
import { quote } from '../base/go-text.ts';
import { Poll } from '../base/poll.ts';
import { formatName, type Name } from '../dns/name.ts';
import type { ResourceRecord } from '../dns/record.ts';
import { loadZone, SameSerialError } from './load.ts';
import { diskSource, modifiedMs, readZoneFile } from './zone-files.ts';

/** What is watched. */
export interface WatchedZone {
  readonly origin: Name;
  readonly fileName: string;
}

/** What a watch needs, and whom it tells. */
export interface ZoneWatchContext {
  readonly clock: Clock;
  readonly log: { info(text: string): void; error(text: string): void };
  /** Takes all records of the zone after each load, in the order of the file. */
  publish(records: readonly ResourceRecord[]): void;
  /** Called when a load was not the first. */
  onReload(): void;
}

/** The serial of CoreDNS for a zone that is not loaded. */
const NO_SERIAL = -1;
/** At the start CoreDNS compares with 0, so that a zone with serial 0 does not load. */
const FIRST_SERIAL = 0;

/** Loads a zone and publishes it again whenever its file changes. */
export class ZoneWatch {
  readonly origin: Name;
  /** May be changed while it is watched: the next look is at the new file. */
  fileName: string;
  readonly #context: ZoneWatchContext;
  readonly #poll: Poll;
  #serial = NO_SERIAL;
  #mtimeMs: number | undefined = undefined;

  constructor({ origin, fileName }: WatchedZone, context: ZoneWatchContext) {
    this.origin = origin;
    this.fileName = fileName;
    this.#context = context;
    this.#poll = new Poll(context.clock);
  }

  /** Loads the zone from the file's text. Throws an Error with CoreDNS's text when the file is wrong. */
  load(text: string): void {
    this.#publish(text, FIRST_SERIAL);
  }

  /** Starts looking; 0 or less never looks. `isByMtime` goes by modification time instead of the serial. */
  async start(reloadMs: number, isByMtime: boolean): Promise<void> {
    if (isByMtime) this.#mtimeMs = await modifiedMs(this.fileName);
    this.#poll.start(
      () => this.check(isByMtime),
      () => reloadMs,
    );
  }

  /** Looks no more. */
  stop(): void {
    this.#poll.stop();
  }

  /** Looks at the file once; never rejects, problems go to the log. */
  async check(isByMtime: boolean): Promise<void> {
    const { fileName } = this;
    const { log } = this.#context;
    const zone = quote(formatName(this.origin));
    const mtimeMs = isByMtime ? await modifiedMs(fileName) : undefined;
    if (mtimeMs !== undefined && mtimeMs === this.#mtimeMs) return;
    let text: string;
    try {
      text = await readZoneFile(fileName);
    } catch (error) {
      if (!this.#poll.isStopped) {
        log.error(`Failed to open zone ${zone} in ${quote(fileName)}: ${messageOf(error)}`);
      }
      return;
    }
    if (this.#poll.isStopped) return;
    try {
      this.#publish(text, isByMtime ? NO_SERIAL : this.#serial);
    } catch (error) {
      if (error instanceof SameSerialError) return;
      log.error(`Parsing zone ${zone}: ${messageOf(error)}`);
      return;
    }
    this.#mtimeMs = mtimeMs;
    const place = `${zone} in ${quote(fileName)}`;
    log.info(`Successfully reloaded zone ${place} with ${this.#serial} SOA serial`);
    this.#context.onReload();
  }

  #publish(text: string, serial: number): void {
    const { origin, fileName } = this;
    const { zone, records } = loadZone({ fileName, text, origin }, serial, diskSource);
    this.#serial = zone.serial;
    this.#context.publish(records);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

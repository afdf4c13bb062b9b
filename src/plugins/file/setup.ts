// Control half of file: reads stanzas and zone files, leaves the watchers behind (CoreDNS: plugin/file/setup.go).

import { isAbsolute, join } from 'node:path';
import { formatDuration } from '../../base/duration.ts';
import { quote } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import { originZones } from '../../corefile/server-key.ts';
import { type Name, parseName } from '../../dns/name.ts';
import { pluginLogger } from '../../log/logger.ts';
import type { BlockSetup, ControlPlugin } from '../../plugin/control.ts';
import { readOptions } from '../../plugin/options.ts';
import { notifierOf } from '../../plugin/zone-notifier.ts';
import { packRecords } from '../../zone/packed-records.ts';
import { diskSource } from '../../zone/zone-files.ts';
import { ZoneWatch } from '../../zone/zone-watch.ts';
import { defaultFileBlock, type FileBlock, type FileOptions, fileRows } from './options.ts';

/** One line `file DBFILE [ZONES...]`. */
interface Stanza {
  readonly fileName: string;
  readonly origins: readonly string[];
  /** Undefined when the file could not be opened. */
  readonly text: string | undefined;
}

/** What the stanzas of a block add up to. */
interface FileSetup {
  readonly zones: { readonly origin: string; readonly channel: string }[];
  /** Go's texts of files that are not there. */
  readonly missing: string[];
}

/** One handler for all stanzas of a block. */
export const fileControl: ControlPlugin = {
  name: 'file',
  isHandler: true,
  setup(dispenser, block) {
    const result: FileSetup = { zones: [], missing: [] };
    const options = defaultFileBlock();
    while (dispenser.next()) {
      const stanza = readStanza(dispenser, block, result.missing);
      const watches = loadStanza(stanza, block, result);
      notifyAtStart(watches, block);
      readOptions(dispenser, fileRows, options);
      watchFrom(watches, block, options);
    }
    reportMissing(result.missing, block, options);
    const handler: FileOptions = { zones: result.zones, fallthrough: options.fallthrough };
    return [handler];
  },
};

function readStanza(dispenser: Dispenser, block: BlockSetup, missing: string[]): Stanza {
  if (!dispenser.nextArg()) throw dispenser.argErr();
  const word = dispenser.value;
  const { root } = block.settings;
  const fileName = isAbsolute(word) || root === '' ? word : join(root, word);
  const origins = originZones(dispenser.remainingArgs(), block.zones);
  try {
    return { fileName, origins, text: diskSource.readFile(fileName) };
  } catch (error) {
    missing.push(error instanceof Error ? error.message : String(error));
    return { fileName, origins, text: undefined };
  }
}

/** Loads a stanza's zones. Throws CorefileError for a file that is wrong. */
function loadStanza(stanza: Stanza, block: BlockSetup, result: FileSetup): ZoneWatch[] {
  const watches: ZoneWatch[] = [];
  for (const text of stanza.origins) {
    const origin = parseName(text);
    if (origin === undefined) continue;
    const channel = block.instance.newChannel('file');
    const watch = watchZone(origin, stanza.fileName, channel, block);
    if (stanza.text !== undefined) loadFirst(watch, stanza.text);
    result.zones.push({ origin: text, channel });
    watches.push(watch);
  }
  return watches;
}

function watchZone(origin: Name, fileName: string, channel: string, block: BlockSetup): ZoneWatch {
  const { instance } = block;
  const log = pluginLogger(instance.log, 'file');
  return new ZoneWatch(
    { origin, fileName },
    {
      clock: instance.clock,
      log,
      publish: (records) => instance.publish(channel, packRecords(records)),
      onReload: () => {
        void notifierOf(block)
          ?.notify(origin)
          .then((problem) => {
            if (problem !== '') log.warning(`Failed sending notifies: ${problem}`);
          });
      },
    },
  );
}

/** When sockets are open: secondaries ask back. Failures are not worth a line; secondaries look by themselves, too. */
function notifyAtStart(watches: readonly ZoneWatch[], block: BlockSetup): void {
  const notify = (): void => {
    for (const { origin } of watches) void notifierOf(block)?.notify(origin);
  };
  block.instance.hooks.started.push(notify);
  block.instance.hooks.restartFailed.push(notify);
}

function loadFirst(watch: ZoneWatch, text: string): void {
  try {
    watch.load(text);
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new CorefileError(words, { cause: error });
  }
}

function watchFrom(
  watches: readonly ZoneWatch[],
  { instance }: BlockSetup,
  { reloadMs, isReloadedByMtime }: FileBlock,
): void {
  for (const watch of watches) {
    instance.hooks.startup.push(() => watch.start(reloadMs, isReloadedByMtime));
    instance.hooks.shutdown.push(() => watch.stop());
  }
}

/** A file that is not there yet is waited for, unless nobody will ever look again. */
function reportMissing(
  missing: readonly string[],
  block: BlockSetup,
  { reloadMs }: FileBlock,
): void {
  for (const text of missing) {
    if (reloadMs === 0) throw new CorefileError(`plugin/file: ${text}`);
    const log = pluginLogger(block.instance.log, 'file');
    log.warning(`Failed to open ${quote(text)}: trying again in ${formatDuration(reloadMs)}`);
  }
}

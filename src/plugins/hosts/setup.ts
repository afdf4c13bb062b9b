// Control half of hosts: reads its stanza with the inline entries, and leaves the watcher of the file behind (CoreDNS:
// plugin/hosts/setup.go).

import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { quote } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import type { CorefileError } from '../../corefile/error.ts';
import { originZones } from '../../corefile/server-key.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { BlockSetup, ControlPlugin } from '../../plugin/control.ts';
import { readOptions, unknownProperty } from '../../plugin/options.ts';
import { readOnce } from '../../plugin/single-use.ts';
import { zoneNames } from '../../plugin/zones.ts';
import { HostsFile } from './control.ts';
import { defaultHostsBlock, type HostsBlock, type HostsOptions, hostsRows } from './options.ts';

const DEFAULT_FILE = '/etc/hosts';

/** Go's words for the errors of stat(2) that mean something other than absence. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  ENOTDIR: 'not a directory',
};

/** What stands in front of the block. */
interface Arguments {
  readonly fileName: string;
  readonly zones: readonly string[];
}

/** One handler a block. */
export const hostsControl: ControlPlugin = {
  name: 'hosts',
  isHandler: true,
  setup(dispenser, setup) {
    const block = defaultHostsBlock();
    const args = readOnce(dispenser, () => {
      const words = readArguments(dispenser, setup);
      readOptions(dispenser, hostsRows, block, readInline);
      return words;
    });
    if (block.isUnsupportedPassed && block.fallthrough === undefined) {
      throw dispenser.err('fallthrough_unsupported requires fallthrough');
    }
    return [watch(args, block, setup)];
  },
};

/** Any line is an entry, until fallthrough has been read. What is wrong with it shows nowhere, as in a hosts file. */
function readInline(dispenser: Dispenser, block: HostsBlock): CorefileError | undefined {
  if (block.fallthrough !== undefined) return unknownProperty(dispenser);
  block.inline.push([dispenser.value, ...dispenser.remainingArgs()].join(' '));
  return undefined;
}

function readArguments(dispenser: Dispenser, { zones, settings, instance }: BlockSetup): Arguments {
  const [file, ...words] = dispenser.remainingArgs();
  if (file === undefined) return { fileName: DEFAULT_FILE, zones };
  const { root } = settings;
  const fileName = isAbsolute(file) || root === '' ? file : join(root, file);
  checkFile(fileName, dispenser, pluginLogger(instance.log, 'hosts'));
  return { fileName, zones: originZones(words, zones) };
}

/** A file that is not there may come later. */
function checkFile(fileName: string, dispenser: Dispenser, log: Logger): void {
  try {
    if (statSync(fileName).isDirectory()) {
      log.warning(`Hosts file ${quote(fileName)} is a directory`);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') {
      log.warning(`File does not exist: ${fileName}`);
      return;
    }
    const reason = `stat ${fileName}: ${REASONS[code] ?? code}`;
    throw dispenser.err(`unable to access hosts file '${fileName}': ${reason}`);
  }
}

function watch({ fileName, zones }: Arguments, block: HostsBlock, setup: BlockSetup): HostsOptions {
  const { ttlSeconds, hasReverse, reloadMs, inline } = block;
  const { instance } = setup;
  const channel = instance.newChannel('hosts');
  const lines = { zones: zoneNames(zones), ttlSeconds, hasReverse };
  const file = new HostsFile({ fileName, reloadMs, lines, inline, channel }, instance);
  instance.hooks.startup.push(() => file.start());
  instance.hooks.shutdown.push(() => file.stop());
  const { fallthrough, isUnsupportedPassed } = block;
  return { zones, fallthrough, isUnsupportedPassed, channel };
}

// Options of auto as rows of one table (CoreDNS: plugin/auto/setup.go).

import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseDuration } from '../../base/duration.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { OptionRow } from '../../plugin/options.ts';
import { excessOctets } from '../../plugin/regular-expression.ts';
import { pathError } from '../../zone/zone-files.ts';
import { FilePattern } from './file-pattern.ts';

/** What the blocks of all stanzas say. */
export interface AutoBlock {
  /** Folder that relative ones count from; '' for the working folder. */
  readonly root: string;
  readonly warn: (text: string) => void;
  /** '' when none was said. */
  directory: string;
  pattern: FilePattern;
  /** 0 never looks again. */
  reloadMs: number;
}

const DEFAULT_RELOAD_MS = 60_000;

/** A block without options. */
export function defaultAutoBlock(root: string, warn: (text: string) => void): AutoBlock {
  return { root, warn, directory: '', pattern: new FilePattern(), reloadMs: DEFAULT_RELOAD_MS };
}

/** Options of the block. */
export const autoRows: readonly OptionRow<AutoBlock>[] = [
  {
    name: 'directory',
    args: 'DIR [REGEXP TEMPLATE]',
    parse(block, [directory = '', pattern, template], dispenser) {
      const { root } = block;
      block.directory = isAbsolute(directory) || root === '' ? directory : join(root, directory);
      checkDirectory(block, dispenser);
      if (pattern !== undefined) block.pattern = readPattern(pattern, template, dispenser);
    },
    doc: 'the folder; files whose name REGEXP matches hold the zone that TEMPLATE makes of it. Default: `db\\.(.*) {1}`, so that `db.example.org` holds `example.org`.',
  },
  {
    name: 'reload',
    args: '[DURATION...]',
    parse(block, [duration]) {
      if (duration === undefined) throw new CorefileError('reload duration value is expected');
      const reloadMs = parseDuration(duration);
      // CoreDNS calls it by the name of the file plugin.
      if (typeof reloadMs === 'string') throw new CorefileError(`plugin/file: ${reloadMs}`);
      if (reloadMs < 0) throw new CorefileError('plugin/file: invalid duration');
      block.reloadMs = reloadMs;
    },
    default: '60s',
    doc: 'how often the folder is looked through, and each file for a new SOA serial; `0` never looks again.',
  },
  {
    name: 'upstream',
    args: '[ANY...]',
    parse() {
      // Older Corefiles name resolvers here; aliases are always resolved by this server.
    },
    doc: 'accepted and ignored.',
  },
];

function checkDirectory({ directory, warn }: AutoBlock, dispenser: Dispenser): void {
  try {
    statSync(directory);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      warn(`Directory does not exist: ${directory}`);
      return;
    }
    const { message } = pathError('stat', directory, error);
    throw dispenser.err(`Unable to access root path '${directory}': ${message}`);
  }
}

function readPattern(
  pattern: string,
  template: string | undefined,
  dispenser: Dispenser,
): FilePattern {
  if (excessOctets(pattern) !== undefined) throw dispenser.err('regexp too large');
  let read: FilePattern;
  try {
    read = new FilePattern(pattern, template);
  } catch (error) {
    throw new CorefileError(error instanceof Error ? error.message : String(error));
  }
  if (read.groups === 0) throw dispenser.err('Need at least one sub expression');
  if (template === undefined) throw dispenser.argErr();
  return read;
}

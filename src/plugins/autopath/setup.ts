// Control half of autopath: where the search list comes from (CoreDNS: plugin/autopath/setup.go). Whether the plugin behind
// `@PLUGIN` knows search lists shows when the chain is made.

import { readFileSync } from 'node:fs';
import { quote } from '../../base/go-text.ts';
import { CorefileError } from '../../corefile/error.ts';
import { originZones } from '../../corefile/server-key.ts';
import type { BlockSetup, ControlPlugin } from '../../plugin/control.ts';
import { searchList } from '../../plugin/search-list.ts';

/** Options of the handler. */
export interface AutopathOptions {
  /** Zones in text form. */
  readonly zones: readonly string[];
  /** The plugin that knows the list; undefined: `search` is the list. */
  readonly provider: string | undefined;
  /** Zones in text form, without the root at the end. */
  readonly search: readonly string[];
}

/** What CoreDNS says of a plugin that knows no search lists. */
export function notAProvider(plugin: string): string {
  return `plugin/autopath: ${plugin} does not implement the AutoPather interface`;
}

/** One handler; the last occurrence decides. */
export const autopathControl: ControlPlugin = {
  name: 'autopath',
  isHandler: true,
  setup(dispenser, block) {
    let options: AutopathOptions = { zones: [], provider: undefined, search: [] };
    while (dispenser.next()) options = readLine(dispenser.remainingArgs(), block);
    const { provider } = options;
    if (provider !== undefined)
      block.instance.hooks.startup.push(() => checkPlace(provider, block));
    return [options];
  },
};

function readLine(args: readonly string[], { zones }: BlockSetup): AutopathOptions {
  const source = args.at(-1);
  if (source === undefined) throw new CorefileError('no resolv-conf specified');
  const provider = source.startsWith('@') ? source.slice(1) : undefined;
  return {
    zones: originZones(args.slice(0, -1), zones),
    provider,
    search: provider === undefined ? readSearchList(source) : [],
  };
}

function readSearchList(path: string): string[] {
  try {
    return searchList(readFileSync(path, 'utf8'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = READ_REASONS[code] ?? code;
    throw new CorefileError(`failed to parse ${quote(path)}: open ${path}: ${reason}`, {
      cause: error,
    });
  }
}

const READ_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EISDIR: 'is a directory',
};

/** A handler that stands in front of autopath is not there yet when autopath is made; none of those knows search lists. */
function checkPlace(provider: string, block: BlockSetup): void {
  const words = block.handlers();
  const place = words.indexOf(provider);
  if (place >= 0 && place <= words.indexOf('autopath')) {
    throw new CorefileError(notAProvider(provider));
  }
}

// Control half of root, which is all of it: the folder of relative file names (CoreDNS: plugin/root/root.go). Plugins that read
// files look at the setting.

import { statSync } from 'node:fs';
import { CorefileError } from '../../corefile/error.ts';
import { type Logger, pluginLogger } from '../../log/logger.ts';
import type { ControlPlugin } from '../../plugin/control.ts';

/** Reasons of a failed look at the folder, in the words of the C library that Go uses. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  ELOOP: 'too many levels of symbolic links',
  ENAMETOOLONG: 'file name too long',
  ENOTDIR: 'not a directory',
};

/** Sets `root`; no handler. */
export const rootControl: ControlPlugin = {
  name: 'root',
  isHandler: false,
  setup(dispenser, { settings, instance }) {
    while (dispenser.next()) {
      if (!dispenser.nextArg()) throw dispenser.argErr();
      settings.root = dispenser.value;
    }
    checkFolder(settings.root, pluginLogger(instance.log, 'root'));
    return [];
  },
};

/** A folder that is not there may come later; one that cannot be looked at ends the start. */
function checkFolder(path: string, log: Logger): void {
  try {
    statSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT') {
      log.warning(`Root path does not exist: ${path}`);
      return;
    }
    const reason = REASONS[code] ?? code;
    throw new CorefileError(`unable to access root path '${path}': stat ${path}: ${reason}`, {
      cause: error,
    });
  }
}

// The search list of the host that the server runs on, for plugin autopath. A host without one is fine.

import { readFileSync } from 'node:fs';
import { searchList } from '../../plugin/search-list.ts';

const RESOLV_CONF = '/etc/resolv.conf';

/** Zones in text form; [] when the file cannot be read. */
export function readHostSearch(path: string = RESOLV_CONF): readonly string[] {
  try {
    return searchList(readFileSync(path, 'utf8'));
  } catch {
    return [];
  }
}

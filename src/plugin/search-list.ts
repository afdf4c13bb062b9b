// The search list of a resolv.conf(5) text, as CoreDNS's resolver library reads it (miekg/dns clientconfig.go): the last
// `search` or `domain` line wins. Name servers are read elsewhere.

import { normalizeZones } from '../corefile/server-key.ts';

/** Zones in text form, absolute and in lower case; [] where there are none. */
export function searchList(text: string): string[] {
  let list: readonly string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith(';') || line.startsWith('#')) continue;
    const [word, ...rest] = line.split(/\s+/).filter((each) => each !== '');
    if (word === 'search') list = rest;
    else if (word === 'domain' && rest.length > 0) list = rest.slice(0, 1);
  }
  return list.flatMap(normalizeZones);
}

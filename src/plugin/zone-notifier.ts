// The ability to tell secondaries that a zone has changed: what file, auto and secondary ask of plugin transfer in their
// block, on the control thread (CoreDNS: plugin/transfer/notify.go).

import type { Name } from '../dns/name.ts';
import type { BlockSetup } from './control.ts';

/** Sends NOTIFY messages (RFC 1996). */
export interface ZoneNotifier {
  /** Notifies all secondaries of a zone; never rejects. Resolves to the text of what failed, '' for nothing. */
  notify(zone: Name): Promise<string>;
}

const KEY = 'zone-notifier';

type Place = Pick<BlockSetup, 'shared'>;

/** Makes a notifier known to the block. */
export function offerNotifier({ shared }: Place, notifier: ZoneNotifier): void {
  shared.set(KEY, notifier);
}

/** The block's notifier; undefined without plugin transfer. It is set up before the plugins that own zones. */
export function notifierOf({ shared }: Place): ZoneNotifier | undefined {
  return shared.get(KEY) as ZoneNotifier | undefined;
}

// Control half of k8s_external: options only; the names are kept by plugin kubernetes of the same block, which is told
// here what to keep (CoreDNS: plugin/k8s_external/setup.go).

import { CorefileError } from '../../corefile/error.ts';
import { originZones } from '../../corefile/server-key.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { wishForExternalNames } from '../../plugin/external-names.ts';
import { readOptions } from '../../plugin/options.ts';
import { defaultExternalBlock, type ExternalOptions, externalRows } from './options.ts';

/** One handler; of several stanzas the last one's zones count, and options add up. */
export const externalControl: ControlPlugin = {
  name: 'k8s_external',
  isHandler: true,
  setup(dispenser, block) {
    const options = defaultExternalBlock();
    let zones: readonly string[] = [];
    while (dispenser.next()) {
      zones = originZones(dispenser.remainingArgs(), block.zones);
      readOptions(dispenser, externalRows, options);
    }
    // CoreDNS says so when it starts; here `nodens check` finds it, too.
    if (!block.has('kubernetes')) throw new CorefileError('kubernetes plugin not loaded');
    const { apex, ttl, fallthrough, hasHeadless } = options;
    wishForExternalNames(block, { hasHeadless });
    const handler: ExternalOptions = { zones, apex, ttl, fallthrough };
    return [handler];
  },
};

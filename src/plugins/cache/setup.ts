// Control half of cache: reads its options (CoreDNS: plugin/cache/setup.go). What is stored lives in the serving threads.

import { parseInteger } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import { originZones } from '../../corefile/server-key.ts';
import type { ControlPlugin } from '../../plugin/control.ts';
import { readOptions, unknownIsArgumentError } from '../../plugin/options.ts';
import { readOnce } from '../../plugin/single-use.ts';
import { cacheRows, checkTtl } from './option-rows.ts';
import { type CacheBlock, type CacheOptions, defaultCacheBlock } from './options.ts';

/** One handler a block. */
export const cacheControl: ControlPlugin = {
  name: 'cache',
  isHandler: true,
  setup(dispenser, { zones: blockZones }) {
    const block = defaultCacheBlock();
    const words = readOnce(dispenser, () => readBlock(dispenser, block));
    const zones = originZones(words, blockZones);
    const options: CacheOptions = { ...block, zones };
    return [options];
  },
};

/** Returns the zones. */
function readBlock(dispenser: Dispenser, block: CacheBlock): string[] {
  const zones = readArguments(dispenser, block);
  readOptions(dispenser, cacheRows, block, unknownIsArgumentError);
  if (block.hasStalePolicy && !block.hasStale) {
    throw new CorefileError('serve_stale_policy requires serve_stale');
  }
  return zones;
}

/** The zones; the first argument is the maximum of both TTLs when it is a number. */
function readArguments(dispenser: Dispenser, block: CacheBlock): string[] {
  const [first = '', ...rest] = dispenser.remainingArgs();
  const ttl = parseInteger(first);
  if (typeof ttl === 'string') return first === '' ? rest : [first, ...rest];
  block.success.maxTtlSeconds = checkTtl(ttl);
  block.denial.maxTtlSeconds = ttl;
  return rest;
}

// Control half of forward: one handler a stanza, in the order of the Corefile (CoreDNS: plugin/forward/setup.go). The
// sockets are the serving threads'; here only texts and files become options, and files are followed.

import { formatDuration } from '../../base/duration.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { CorefileError } from '../../corefile/error.ts';
import { normalizeZones } from '../../corefile/server-key.ts';
import { pluginLogger } from '../../log/logger.ts';
import type { BlockSetup, ControlPlugin } from '../../plugin/control.ts';
import { readOptions } from '../../plugin/options.ts';
import { systemAuthorities } from '../../plugin/system-authorities.ts';
import { readTlsFiles } from '../../plugin/tls-files.ts';
import { noteUpstreamWords } from '../../plugin/upstream-words.ts';
import {
  defaultForwardBlock,
  type ForwardBlock,
  type ForwardOptions,
  forwardRows,
} from './options.ts';
import { ResolvConfWatch, type ResolvConfWatchOptions } from './resolv-conf-watch.ts';
import { checkCount, hasEncrypted, resolveSources, targetsOf } from './targets.ts';

/** One handler a stanza. */
export const forwardControl: ControlPlugin = {
  name: 'forward',
  isHandler: true,
  async setup(dispenser, block) {
    block.settings.acceptsOtherClasses = true;
    const handlers: ForwardOptions[] = [];
    while (dispenser.next()) handlers.push(await readStanza(dispenser, block));
    for (const { upstreams } of handlers) checkCount(upstreams);
    return handlers;
  },
};

async function readStanza(dispenser: Dispenser, setup: BlockSetup): Promise<ForwardOptions> {
  const [word, ...targets] = dispenser.remainingArgs();
  if (word === undefined) throw dispenser.argErr();
  const from = readFrom(word, setup);
  if (targets.length === 0) throw dispenser.argErr();
  noteUpstreamWords(setup.shared, targets);
  const block = defaultForwardBlock();
  readOptions(dispenser, forwardRows, block);
  const files = readTlsFiles(block.tlsFiles, setup.settings.root);
  checkAges(block);
  const { resolvers, tlsServerName } = block;
  const sources = await resolveSources(targets, { resolvers, clock: setup.instance.clock });
  const upstreams = targetsOf(sources, tlsServerName);
  const channel = watch({ from, sources, tlsServerName }, setup);
  if (!hasEncrypted(sources)) return { ...block, from, upstreams, channel };
  const tls = { ...files, ca: files.ca ?? systemAuthorities() };
  return { ...block, from, upstreams, channel, tls };
}

/** Returns the channel on which other upstreams will come, undefined when no argument is a file. */
function watch(
  options: Omit<ResolvConfWatchOptions, 'channel'>,
  { instance }: BlockSetup,
): string | undefined {
  if (options.sources.every(({ file }) => file === undefined)) return undefined;
  const channel = instance.newChannel('forward');
  const files = new ResolvConfWatch({ ...options, channel }, instance);
  instance.hooks.startup.push(() => files.start());
  instance.hooks.shutdown.push(() => files.stop());
  return channel;
}

function readFrom(word: string, { instance }: BlockSetup): string {
  const [from, ...others] = normalizeZones(word);
  if (from === undefined) throw new CorefileError(`unable to normalize '${word}'`);
  if (others.length > 0) {
    const text = `'${word}' expands to multiple zones. Using only '${from}'.`;
    pluginLogger(instance.log, 'forward').warning(`Unsupported CIDR notation: ${text}`);
  }
  return from;
}

function checkAges({ maxAgeMs, expireMs }: ForwardBlock): void {
  if (maxAgeMs === 0 || maxAgeMs >= expireMs) return;
  const ages = `(${formatDuration(maxAgeMs)}) must not be less than expire (${formatDuration(expireMs)})`;
  throw new CorefileError(`max_age ${ages}`);
}

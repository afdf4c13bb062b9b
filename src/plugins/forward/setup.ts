// Control half of forward: one handler a stanza, in the order of the Corefile (CoreDNS: plugin/forward/setup.go). The
// sockets are the serving threads'; here only texts and files become options.

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
import { resolveTargets } from './targets.ts';

/** Most upstreams of a stanza. */
const MAX_UPSTREAMS = 15;

/** One handler a stanza. */
export const forwardControl: ControlPlugin = {
  name: 'forward',
  isHandler: true,
  async setup(dispenser, block) {
    block.settings.acceptsOtherClasses = true;
    const handlers: ForwardOptions[] = [];
    while (dispenser.next()) handlers.push(await readStanza(dispenser, block));
    for (const { upstreams } of handlers) {
      if (upstreams.length > MAX_UPSTREAMS) {
        throw new CorefileError(`more than ${MAX_UPSTREAMS} TOs configured: ${upstreams.length}`);
      }
    }
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
  const { clock } = setup.instance;
  const upstreams = await resolveTargets(targets, { ...block, clock });
  const isEncrypted = upstreams.some(({ protocol }) => protocol !== undefined);
  if (!isEncrypted) return { ...block, from, upstreams };
  const tls = { ...files, ca: files.ca ?? systemAuthorities() };
  return { ...block, from, upstreams, tls };
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

// Control half of pprof, which is all of it: profiles of this process over HTTP (CoreDNS: plugin/pprof/setup.go, pprof.go).
// Closed by a reload before the new instance opens its own.

import { parseInteger } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { pluginLogger } from '../../log/logger.ts';
import type { ControlPlugin, Instance } from '../../plugin/control.ts';
import { HttpListener } from '../../plugin/http-listener.ts';
import { readListenArgument } from '../../plugin/listen-argument.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';
import { readOnce } from '../../plugin/single-use.ts';
import { answerPprof, PPROF_PATH } from './pages.ts';
import { Profiler } from './profiler.ts';

const DEFAULT_ADDRESS = 'localhost:6053';

/** The options while they are read. */
interface PprofBlock {
  address: string;
}

/** Options of the block. */
export const pprofRows: readonly OptionRow<PprofBlock>[] = [
  {
    name: 'block',
    args: '[RATE]',
    parse(_block, [rate], dispenser) {
      if (rate === undefined || typeof parseInteger(rate) === 'number') return;
      throw dispenser.err(`property 'block' invalid integer value '${rate}'`);
    },
    doc: 'read and passed over: a thread that runs an event loop has no blocking events to sample.',
  },
];

/** No handler. */
export const pprofControl: ControlPlugin = {
  name: 'pprof',
  isHandler: false,
  setup(dispenser, { instance }) {
    attach(readOnce(dispenser, () => readBlock(dispenser)).address, instance);
    return [];
  },
};

function readBlock(dispenser: Dispenser): PprofBlock {
  const block: PprofBlock = {
    address: readListenArgument(dispenser, DEFAULT_ADDRESS, (text) => dispenser.err(text)),
  };
  readOptions(dispenser, pprofRows, block);
  return block;
}

/** All blocks of an instance are one process: they share the profiler, in `Instance.shared` under `pprof`. */
function sharedProfiler({ shared, clock }: Instance): Profiler {
  const known = shared.get('pprof');
  if (known !== undefined) return known as Profiler;
  const profiler = new Profiler(clock);
  shared.set('pprof', profiler);
  return profiler;
}

function attach(address: string, instance: Instance): void {
  const log = pluginLogger(instance.log, 'pprof');
  const profiler = sharedProfiler(instance);
  const listener = new HttpListener({
    address,
    path: PPROF_PATH,
    isTree: true,
    clock: instance.clock,
    answer: (request) => answerPprof(request, profiler),
  });
  const open = async (): Promise<void> => {
    try {
      await listener.open();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      log.error(`Failed to start pprof handler: ${text}`);
      throw error;
    }
    await profiler.open();
  };
  // The profiler first: a profile under way is cut short, so that nobody waits for it.
  const close = async (): Promise<void> => {
    await profiler.close();
    await listener.close();
  };
  const { hooks } = instance;
  hooks.startup.push(open);
  hooks.restart.push(close);
  hooks.restartFailed.push(open);
  hooks.shutdown.push(close);
}

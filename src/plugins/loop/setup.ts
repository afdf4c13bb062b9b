// Control half of loop: takes no options, and ties the check to the life of the instance (CoreDNS: plugin/loop/setup.go).

import type { BlockSetup, ControlPlugin } from '../../plugin/control.ts';
import { expectNoArguments } from '../../plugin/options.ts';
import { readOnce } from '../../plugin/single-use.ts';
import { upstreamWords } from '../../plugin/upstream-words.ts';
import { LoopCheck } from './control.ts';
import type { LoopOptions } from './options.ts';
import { type ProbeTarget, randomProbeName, udpExchange } from './probe.ts';

/** One handler a block. */
export const loopControl: ControlPlugin = {
  name: 'loop',
  isHandler: true,
  setup(dispenser, block) {
    readOnce(dispenser, () => expectNoArguments(dispenser));
    return [prepareCheck(block)];
  },
};

function prepareCheck(block: BlockSetup): LoopOptions {
  const { instance } = block;
  const [zone = '.'] = block.zones;
  const options = { probeName: randomProbeName(zone), channel: instance.newChannel('loop') };
  const check = new LoopCheck(
    {
      ...options,
      zone,
      target: () => firstAddress(block),
      upstreamWords: () => upstreamWords(block.shared),
    },
    { exchange: udpExchange(instance.clock), exit: () => process.exit(1) },
    instance,
  );
  // Nobody waits for it: the server is up before the check is through.
  instance.hooks.started.push(() => void check.run());
  instance.hooks.shutdown.push(() => check.stop());
  return options;
}

function firstAddress({ keys, settings }: BlockSetup): ProbeTarget {
  const [host = ''] = settings.bindAddresses;
  return { host, port: Number(keys[0]?.port) };
}

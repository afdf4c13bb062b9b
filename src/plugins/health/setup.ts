// Control half of health, which is all of it: reads the options and ties the endpoint to the life of the instance
// (CoreDNS: plugin/health/setup.go).

import { parseDuration } from '../../base/duration.ts';
import { CorefileError } from '../../corefile/error.ts';
import type { ControlPlugin, Instance } from '../../plugin/control.ts';
import { readListenArgument } from '../../plugin/listen-argument.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';
import { HealthEndpoint, type HealthOptions } from './endpoint.ts';

const DEFAULT_ADDRESS = ':8080';

/** The options while they are read. */
interface HealthBlock {
  address: string;
  lameduckMs: number;
}

/** Options of the block. */
export const healthRows: readonly OptionRow<HealthBlock>[] = [
  {
    name: 'lameduck',
    args: 'DURATION',
    parse(block, [text = '']) {
      const durationMs = parseDuration(text);
      if (typeof durationMs === 'string') {
        throw new CorefileError(
          `unable to parse lameduck duration value: '${text}' : ${durationMs}`,
        );
      }
      block.lameduckMs = durationMs;
    },
    doc: 'how long the process goes on serving after the signal to end.',
  },
];

/** No handler. Several occurrences count as one: what is said last holds. */
export const healthControl: ControlPlugin = {
  name: 'health',
  isHandler: false,
  setup(dispenser, { instance }) {
    const block: HealthBlock = { address: DEFAULT_ADDRESS, lameduckMs: 0 };
    while (dispenser.next()) {
      block.address = readListenArgument(dispenser, block.address);
      readOptions(dispenser, healthRows, block);
    }
    attach(block, instance);
    return [];
  },
};

function attach(options: HealthOptions, instance: Instance): void {
  const endpoint = new HealthEndpoint(options, instance);
  const { hooks } = instance;
  const open = (): Promise<void> => endpoint.open();
  const close = (): Promise<void> => endpoint.close();
  hooks.startup.push(open);
  hooks.restart.push(close);
  hooks.restartFailed.push(open);
  hooks.finalShutdown.push(() => endpoint.retire());
  // An instance that could not start whole ends by this hook alone.
  hooks.shutdown.push(close);
}

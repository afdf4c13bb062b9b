// Control half of ready, which is all of it: one endpoint an address, shared by the blocks of an instance (CoreDNS:
// plugin/ready/setup.go, ready.go). Closed before lameduck begins, so that no new clients are sent here.

import { quote } from '../../base/go-text.ts';
import type { Dispenser } from '../../corefile/dispenser.ts';
import { pluginLogger } from '../../log/logger.ts';
import type { ControlPlugin, Instance } from '../../plugin/control.ts';
import { HttpListener, type HttpReply, PLAIN_TEXT } from '../../plugin/http-listener.ts';
import { readListenArgument } from '../../plugin/listen-argument.ts';
import { type OptionRow, readOptions } from '../../plugin/options.ts';
import { readOnce } from '../../plugin/single-use.ts';
import { ReadinessList } from './readiness-list.ts';

const DEFAULT_ADDRESS = ':8181';

/** The options while they are read. */
interface ReadyBlock {
  address: string;
  isContinuous: boolean;
}

/** Options of the block. */
export const readyRows: readonly OptionRow<ReadyBlock>[] = [
  {
    name: 'monitor',
    args: 'until-ready|continuously',
    parse(block, [mode = ''], dispenser) {
      if (mode !== 'until-ready' && mode !== 'continuously') {
        throw dispenser.err(`monitor type '${mode}' not supported`);
      }
      block.isContinuous = mode === 'continuously';
    },
    default: 'until-ready',
    doc: 'whether a plugin that was ready once is asked again.',
  },
];

/** No handler. */
export const readyControl: ControlPlugin = {
  name: 'ready',
  isHandler: false,
  setup(dispenser, { instance }) {
    const block = readOnce(dispenser, () => readBlock(dispenser));
    const { list, listeners } = sharedState(instance);
    list.isContinuous = block.isContinuous;
    if (!listeners.has(block.address)) {
      listeners.set(block.address, attach(block.address, list, instance));
    }
    return [];
  },
};

function readBlock(dispenser: Dispenser): ReadyBlock {
  const block: ReadyBlock = {
    address: readListenArgument(dispenser, DEFAULT_ADDRESS),
    isContinuous: false,
  };
  readOptions(dispenser, readyRows, block);
  return block;
}

/** What the blocks of one instance have in common, in `Instance.shared` under `ready`. */
export interface ReadyState {
  readonly list: ReadinessList;
  /** By address as the Corefile has it. */
  readonly listeners: Map<string, HttpListener>;
}

function sharedState(instance: Instance): ReadyState {
  const known = instance.shared.get('ready');
  if (known !== undefined) return known as ReadyState;
  const state: ReadyState = { list: new ReadinessList(instance.readiness), listeners: new Map() };
  instance.shared.set('ready', state);
  return state;
}

function attach(address: string, list: ReadinessList, instance: Instance): HttpListener {
  const log = pluginLogger(instance.log, 'ready');
  const listener = new HttpListener({
    address,
    path: '/ready',
    clock: instance.clock,
    answer() {
      const words = list.unready().join(',');
      if (words === '') return textReply(200, 'OK');
      log.info(`Plugins not ready: ${quote(words)}`);
      return textReply(503, words);
    },
  });
  // A failure to listen is passed over: the server works without the endpoint, and the probe will tell.
  const open = (): Promise<void> => listener.open().catch(() => {});
  const close = async (): Promise<void> => {
    if (await listener.close()) return;
    log.info('Failed to stop ready http server: context deadline exceeded');
  };
  const { hooks } = instance;
  hooks.startup.push(open);
  hooks.restart.push(close);
  hooks.restartFailed.push(open);
  hooks.finalShutdown.push(close);
  hooks.shutdown.push(close);
  return listener;
}

function textReply(status: number, body: string): HttpReply {
  return { status, contentType: PLAIN_TEXT, body, isCompressible: false };
}

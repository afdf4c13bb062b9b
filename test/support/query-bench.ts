// A query server with one listener and one-function plugins, asked with packets: for tests of what the server does with
// queries and with what chains leave behind.

import { Rcode } from '../../src/dns/codes/rcode.ts';
import { RRClass } from '../../src/dns/codes/rr-class.ts';
import { RRType } from '../../src/dns/codes/rr-type.ts';
import { decodeMessage, type Message } from '../../src/dns/message.ts';
import type { ResourceRecord } from '../../src/dns/record.ts';
import type { Client, Exchange } from '../../src/plugin/exchange.ts';
import type { ServingPlugin } from '../../src/plugin/serving.ts';
import type { BlockSpec } from '../../src/server/serving-config.ts';
import { ServingInstance } from '../../src/server/serving-instance.ts';
import {
  blockSpec,
  clientOf,
  listenerSpec,
  type Serve,
  servingConfig,
  servingPlugin,
  ThreadBench,
} from './serving-bench.ts';

/** The label of the listener. */
export const ID: string = 'dns://127.0.0.1:53';

/** One listener with one block a zone; each block runs the plugin `test`. */
export class QueryBench {
  readonly thread: ThreadBench;
  readonly instance: ServingInstance;

  constructor(serve: Serve | ServingPlugin, blocks: readonly Partial<BlockSpec>[] = [{}]) {
    this.thread = new ThreadBench(
      typeof serve === 'function' ? servingPlugin('test', serve) : serve,
    );
    const specs = blocks.map((more) => blockSpec(['test'], more));
    const sites = specs.flatMap(({ zones }, block) => zones.map((zone) => ({ zone, block })));
    const listeners = [listenerSpec(53, { sites })];
    const config = servingConfig(1, specs, listeners, { countsDropped: true });
    this.instance = new ServingInstance(config, this.thread);
  }

  /** The reply's octets, undefined for silence. */
  async raw(packet: Uint8Array, client: Client = clientOf()): Promise<Uint8Array | undefined> {
    let reply: Uint8Array | undefined;
    await this.instance.target(ID)?.serve(packet, client, (bytes) => {
      reply = bytes.slice();
    });
    return reply;
  }

  async ask(packet: Uint8Array, client: Client = clientOf()): Promise<Message | undefined> {
    const reply = await this.raw(packet, client);
    return reply === undefined ? undefined : decodeMessage(reply);
  }
}

/** Answers NOERROR without records. */
export const noError: Serve = (exchange) => exchange.reply.write(Rcode.NOERROR);
/** A records of the asked name. */
export const aRecord = (exchange: Exchange, count: number = 1): ResourceRecord[] =>
  Array.from({ length: count }, (_, i) => ({
    name: exchange.askedName,
    type: RRType.A,
    class: RRClass.IN,
    ttl: 5,
    rdata: Uint8Array.of(10, 0, i >> 8, i & 255),
  }));
/** An OPT record, 1232 octets and nothing else unless told. */
export const edns = (
  more: Partial<NonNullable<Message['edns']>> = {},
): NonNullable<Message['edns']> => ({
  udpSize: 1232,
  version: 0,
  isDnssecOk: false,
  extendedRcode: 0,
  options: [],
  ...more,
});
/** Octets of an option that are well-formed for its code. */
const OPTION_DATA: Readonly<Record<number, readonly number[]>> = {
  8: [0, 1, 24, 0, 10, 0, 0],
  9: [0, 0, 0, 1],
  11: [0, 5],
};
/** An EDNS option. */
export const option = (code: number): { code: number; data: Uint8Array } => ({
  code,
  data: Uint8Array.from(OPTION_DATA[code] ?? [1, 2, 3, 4, 5, 6, 7, 8]),
});

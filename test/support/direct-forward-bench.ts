// A listener whose block has errors, prometheus, loadbalance, cache, loop and forward, asked by packets as a socket brings them: the
// short path first, and the general one where that says so; or the general one alone.

import { slotsOf } from '../../src/metrics/writer.ts';
import { cacheServing } from '../../src/plugins/cache/cache.ts';
import { type CacheOptions, defaultCacheBlock } from '../../src/plugins/cache/options.ts';
import { cancelServing } from '../../src/plugins/cancel/cancel.ts';
import { errorsServing } from '../../src/plugins/errors/errors.ts';
import { forwardServing } from '../../src/plugins/forward/forward.ts';
import { defaultForwardBlock, type ForwardOptions } from '../../src/plugins/forward/options.ts';
import { loadbalanceServing } from '../../src/plugins/loadbalance/loadbalance.ts';
import { loopServing } from '../../src/plugins/loop/loop.ts';
import { prometheusServing } from '../../src/plugins/prometheus/prometheus.ts';
import { ServingInstance } from '../../src/server/serving-instance.ts';
import type { Datagram } from '../../src/transport/datagram.ts';
import { ID } from './query-bench.ts';
import { blockSpec, clientOf, listenerSpec, servingConfig, ThreadBench } from './serving-bench.ts';

const PEER = { address: '127.0.0.1', port: 40_000 };
const OUT_OFFSET = 9;

/** A datagram that remembers what is done to it. */
class KeptDatagram implements Datagram {
  readonly packet: Uint8Array;
  readonly length: number;
  readonly isTruncated = false;
  readonly isIpv6 = false;
  readonly address: string = PEER.address;
  readonly port: number = PEER.port;
  readonly out: Uint8Array = new Uint8Array(70_000);
  readonly outOffset: number = OUT_OFFSET;
  readonly events: string[] = [];
  readonly replied: Promise<Uint8Array>;
  readonly send: (reply: Uint8Array) => void;
  readonly #reply: (reply: Uint8Array) => void;

  constructor(packet: Uint8Array) {
    this.packet = packet;
    this.length = packet.length;
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    this.replied = promise;
    this.#reply = resolve;
    this.send = (reply) => {
      this.events.push('send');
      this.#reply(reply.slice());
    };
  }

  copy(): Uint8Array {
    return this.packet;
  }

  commit(length: number): void {
    this.events.push('commit');
    this.#reply(this.out.slice(OUT_OFFSET, OUT_OFFSET + length));
  }

  keep(): void {
    this.events.push('keep');
  }

  release(): void {
    this.events.push('release');
  }
}

/** What came of a packet. */
export interface Answered {
  /** In hex. */
  readonly reply: string;
  /** What was done to the datagram, `general` first where the short path left the query at once. */
  readonly events: readonly string[];
}

/** What is in front of forward, beside the handlers that always are. */
export interface BenchFront {
  /** Where orders are compared, there is no loadbalance. */
  readonly isShuffled?: boolean;
  readonly cache?: Partial<CacheOptions>;
  /** Milliseconds that `cancel` gives a query. */
  readonly cancelMs?: number;
}

/** The listener. */
export class DirectForwardBench {
  readonly thread: ThreadBench = new ThreadBench(
    cancelServing,
    errorsServing,
    prometheusServing,
    loadbalanceServing,
    cacheServing,
    loopServing,
    forwardServing,
  );
  readonly instance: ServingInstance;

  constructor(
    ports: readonly number[],
    options: Partial<ForwardOptions> = {},
    { isShuffled = true, cache = {}, cancelMs = 5001 }: BenchFront = {},
  ) {
    const upstreams = ports.map((port) => ({ host: '127.0.0.1', port: String(port) }));
    const forward = { ...defaultForwardBlock(), policy: 'sequential', from: '.', upstreams };
    const handlers = [
      { plugin: 'cancel', options: { timeoutMs: cancelMs } },
      { plugin: 'errors', options: { patterns: [] } },
      { plugin: 'prometheus', options: undefined },
      { plugin: 'loadbalance', options: { preferred: [], weightsChannel: undefined } },
      // The TTL of a hit shall not depend on when a test asks.
      {
        plugin: 'cache',
        options: { ...defaultCacheBlock(), isTtlKept: true, zones: ['.'], ...cache },
      },
      { plugin: 'loop', options: { channel: 'loop', probeName: '1.2.' } },
      { plugin: 'forward', options: { ...forward, ...options } },
    ];
    const chosen = handlers.filter(({ plugin }) => isShuffled || plugin !== 'loadbalance');
    // `test.` is served by another listener.
    const block = blockSpec([], { handlers: chosen, zones: ['.', 'test.'] });
    const config = servingConfig(1, [block], [listenerSpec(53)]);
    this.instance = new ServingInstance(config, this.thread);
  }

  /** Asks as the sockets do. */
  async ask(packet: Uint8Array): Promise<Answered> {
    const datagram = new KeptDatagram(packet.slice());
    const length = this.answerDirect(datagram);
    if (length > 0) datagram.commit(length);
    const isGeneral = length === 0;
    const reply = isGeneral ? await this.general(packet) : hex(await datagram.replied);
    // What was kept is given back once the reply has gone.
    await new Promise(setImmediate);
    return { reply, events: isGeneral ? ['general', ...datagram.events] : datagram.events };
  }

  /** The short path's answer to a packet. */
  answerDirect(datagram: KeptDatagram): number {
    const { packet, length, out, outOffset } = datagram;
    const where = { localAddress: '[::]', localPort: 53, isTcp: false, family: 1 } as const;
    const place = { packet, length, out, outOffset, peer: datagram, datagram, ...where };
    const result = this.instance.target(ID)?.answerDirect(place) ?? 0;
    // The socket's memory is used again.
    packet.fill(0xee);
    return result;
  }

  /** Asks the general path alone; the reply in hex. */
  async general(packet: Uint8Array): Promise<string> {
    let reply = '';
    await this.instance.target(ID)?.serve(packet.slice(), clientOf(), (octets) => {
      reply = hex(octets);
    });
    return reply;
  }

  /** All counters, gauges and histograms but durations, which are never the same. */
  counts(): Record<string, readonly number[]> {
    const { series } = this.thread;
    const comparable = series.filter(({ definition }) => !definition.name.endsWith('_seconds'));
    return Object.fromEntries(
      comparable.map(({ definition, labels, slotIndex }) => [
        `${definition.name}{${labels}}`,
        this.thread.values(slotIndex, slotsOf(definition)),
      ]),
    );
  }

  close(): void {
    this.instance.close();
  }
}

function hex(octets: Uint8Array): string {
  return Buffer.from(octets).toString('hex');
}

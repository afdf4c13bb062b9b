// A serving thread: owns its sockets, runs the chains, and follows the control thread's orders. Configurations
// change in two steps, so that a bad one changes nothing: `prepare` compiles and opens what is missing, `commit`
// swaps. Sockets that both configurations name stay open throughout.

import type { Clock, Timer } from '../base/clock.ts';
import { KernelDrops } from './kernel-drops.ts';
import { ListenerSockets, type PacketTarget } from './listener-sockets.ts';
import type { FromServing, ServingConfig, ServingOrder } from './serving-config.ts';
import { ServingInstance, type ThreadServices } from './serving-instance.ts';

/** Longest wait for late answers when sockets or configurations are dropped (caddy's grace period). */
const GRACE_MS = 5000;

/** One loaded configuration with the sockets that it brought. */
interface Prepared {
  readonly instance: ServingInstance;
  readonly opened: ReadonlyMap<string, ListenerSockets>;
}

/** Follows orders that come by `handle`, answers by `reply`. */
export class ServingThread {
  readonly #services: ThreadServices;
  readonly #reply: (message: FromServing) => void;
  readonly #clock: Clock;
  readonly #sockets = new Map<string, ListenerSockets>();
  #current: ServingInstance | undefined;
  #prepared: Prepared | undefined;
  /** No longer in force, but with answers to come, which may wait for what is published. */
  readonly #retiring = new Set<ServingInstance>();

  constructor(services: ThreadServices, reply: (message: FromServing) => void) {
    this.#services = services;
    this.#clock = services.clock;
    this.#reply = reply;
  }

  /** Carries out one order. Orders must not overlap: the control thread waits for each reply. */
  async handle(order: ServingOrder): Promise<void> {
    switch (order.kind) {
      case 'prepare':
        return this.#prepare(order.config);
      case 'commit':
        return this.#commit(order.generation);
      case 'abandon':
        return this.#abandon(order.generation);
      case 'publish':
        return this.#publish(order.generation, order.channel, order.data);
      case 'stop':
        return this.#stop();
    }
  }

  /** Gives a sign of life, and takes note of what the kernel has dropped. Never waits for an order. */
  probe(): void {
    for (const sockets of this.#sockets.values()) sockets.countDrops();
    this.#reply({ kind: 'probed' });
  }

  async #prepare(config: ServingConfig): Promise<void> {
    const { generation } = config;
    // One that was neither committed nor abandoned must not keep its sockets.
    if (this.#prepared !== undefined) await this.#abandon(this.#prepared.instance.generation);
    try {
      const instance = new ServingInstance(this.#shareOf(config), this.#services);
      this.#prepared = { instance, opened: await this.#openMissing(instance) };
      this.#reply({ kind: 'prepared', generation, error: undefined });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#reply({ kind: 'prepared', generation, error: text });
    }
  }

  /** The listeners that this thread opens (plugin multisocket). */
  #shareOf(config: ServingConfig): ServingConfig {
    const { readerIndex } = this.#services;
    const listeners = config.listeners.filter(({ sockets }) => readerIndex < sockets);
    return { ...config, listeners };
  }

  /** Opens listeners that have no sockets yet; all or none. */
  async #openMissing(instance: ServingInstance): Promise<Map<string, ListenerSockets>> {
    const opened = new Map<string, ListenerSockets>();
    try {
      for (const spec of instance.config.listeners) {
        if (this.#sockets.has(spec.id)) continue;
        const drops = new KernelDrops(this.#services.metrics, spec.id);
        opened.set(spec.id, await ListenerSockets.open(spec, target(instance, spec.id), drops));
      }
      return opened;
    } catch (error) {
      await Promise.all([...opened.values()].map((sockets) => sockets.close()));
      instance.close();
      throw error;
    }
  }

  /** Each order gets its reply, also one for a configuration that is not prepared here (the thread is a successor). */
  #commit(generation: number): void {
    const prepared = this.#prepared;
    if (prepared?.instance.generation === generation) this.#putInForce(prepared);
    this.#reply({ kind: 'committed', generation });
  }

  #putInForce(prepared: Prepared): void {
    const old = this.#current;
    const { instance } = prepared;
    this.#prepared = undefined;
    this.#current = instance;
    for (const [id, sockets] of prepared.opened) this.#sockets.set(id, sockets);
    const wanted = new Map(instance.config.listeners.map((spec) => [spec.id, spec]));
    const dropped: ListenerSockets[] = [];
    for (const [id, sockets] of this.#sockets) {
      const spec = wanted.get(id);
      if (spec !== undefined) sockets.retarget(spec, target(instance, id));
      else {
        this.#sockets.delete(id);
        dropped.push(sockets);
      }
    }
    this.#retire(old, dropped).catch(() => undefined);
  }

  async #abandon(generation: number): Promise<void> {
    const prepared = this.#prepared;
    if (prepared?.instance.generation !== generation) return;
    this.#prepared = undefined;
    await Promise.all([...prepared.opened.values()].map((sockets) => sockets.close()));
    prepared.instance.close();
  }

  #publish(generation: number, channel: string, data: unknown): void {
    for (const instance of [this.#current, this.#prepared?.instance, ...this.#retiring]) {
      if (instance?.generation === generation) instance.publish(channel, data);
    }
  }

  async #stop(): Promise<void> {
    await this.#retire(this.#current, [...this.#sockets.values()]);
    this.#reply({ kind: 'stopped' });
  }

  /** Lets late answers leave, then closes. */
  async #retire(
    instance: ServingInstance | undefined,
    sockets: readonly ListenerSockets[],
  ): Promise<void> {
    if (instance !== undefined) await this.#finish(instance);
    await this.#withGrace(Promise.all(sockets.map((each) => each.close())));
    for (const each of sockets) each.destroy();
    instance?.close();
  }

  async #finish(instance: ServingInstance): Promise<void> {
    this.#retiring.add(instance);
    await this.#withGrace(instance.idle());
    this.#retiring.delete(instance);
  }

  async #withGrace(work: Promise<unknown>): Promise<void> {
    let timer: Timer | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = this.#clock.setTimeout(resolve, GRACE_MS);
    });
    await Promise.race([work, grace]);
    if (timer !== undefined) this.#clock.clearTimeout(timer);
  }
}

/** A listener of the instance's own configuration has a query server: both are made of the same list. */
function target(instance: ServingInstance, id: string): PacketTarget {
  const found = instance.target(id);
  if (found === undefined) throw new Error(`no query server for ${id}`);
  return found;
}

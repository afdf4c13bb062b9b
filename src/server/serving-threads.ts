// The control thread's view of the serving threads: starts them, hands configurations to all of them in two
// steps, replaces one that died, and ends them.

import { Worker } from 'node:worker_threads';
import type { FromServing, ServingConfig, ThreadBuffers, ToServing } from './serving-config.ts';

/** How a thread is made; the buffers outlive it, so a replacement goes on with the same ones. */
export interface ThreadMaker {
  readonly entry: URL;
  makeBuffers(index: number): ThreadBuffers;
  onMessage(index: number, message: FromServing): void;
  /** A thread ended without being told to. */
  onCrash(index: number, error: Error | undefined): void;
}

/** All serving threads of the process. */
export class ServingThreads {
  readonly #maker: ThreadMaker;
  readonly #threads: ServingThreadHandle[] = [];
  #config: ServingConfig | undefined;
  #isStopping = false;

  constructor(maker: ThreadMaker) {
    this.#maker = maker;
  }

  /** Starts threads until there are `count`; they load while the control thread goes on. */
  grow(count: number): void {
    while (this.#threads.length < count) this.#threads.push(this.#start(this.#threads.length));
  }

  /** Compiles a configuration in every thread and opens what is missing. Rejects with the first failure's text. */
  async prepare(config: ServingConfig): Promise<void> {
    const results = await Promise.all(this.#threads.map((thread) => thread.prepare(config)));
    const error = results.find((result) => result !== undefined);
    if (error === undefined) return;
    for (const thread of this.#threads)
      thread.post({ kind: 'abandon', generation: config.generation });
    throw new Error(error);
  }

  /** Puts the prepared configuration in force everywhere. */
  async commit(config: ServingConfig): Promise<void> {
    this.#config = config;
    await Promise.all(this.#threads.map((thread) => thread.commit(config.generation)));
  }

  /** Hands a published value to the instances of that generation. */
  publish(generation: number, channel: string, data: unknown): void {
    for (const thread of this.#threads) thread.post({ kind: 'publish', generation, channel, data });
  }

  /** Lets each thread finish what it answers, then ends it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }

  #start(index: number): ServingThreadHandle {
    const buffers = this.#maker.makeBuffers(index);
    return new ServingThreadHandle(this.#maker.entry, buffers, {
      onMessage: (message) => this.#maker.onMessage(index, message),
      onExit: (error) => {
        if (!this.#isStopping) this.#replace(index, error);
      },
    });
  }

  #replace(index: number, error: Error | undefined): void {
    this.#maker.onCrash(index, error);
    const thread = this.#start(index);
    this.#threads[index] = thread;
    const config = this.#config;
    if (config === undefined) return;
    thread
      .prepare(config)
      .then(() => thread.commit(config.generation))
      .catch(() => undefined);
  }
}

interface HandleEvents {
  onMessage(message: FromServing): void;
  onExit(error: Error | undefined): void;
}

type Waiting = (message: FromServing | undefined) => void;

/** One worker thread, its orders and the replies to them. */
class ServingThreadHandle {
  readonly #worker: Worker;
  readonly #waiting = new Map<FromServing['kind'], Waiting>();
  #error: Error | undefined;

  constructor(entry: URL, buffers: ThreadBuffers, events: HandleEvents) {
    this.#worker = new Worker(entry, {
      workerData: buffers,
      name: `serving-${buffers.readerIndex}`,
    });
    this.#worker.on('message', (message: FromServing) => {
      const waiting = this.#waiting.get(message.kind);
      this.#waiting.delete(message.kind);
      if (waiting === undefined) events.onMessage(message);
      else waiting(message);
    });
    this.#worker.on('error', (error: Error) => {
      this.#error = error;
    });
    this.#worker.on('exit', () => {
      for (const waiting of this.#waiting.values()) waiting(undefined);
      this.#waiting.clear();
      events.onExit(this.#error);
    });
  }

  post(order: ToServing): void {
    this.#worker.postMessage(order);
  }

  /** The text of the failure, or undefined. */
  async prepare(config: ServingConfig): Promise<string | undefined> {
    const answer = await this.#ask({ kind: 'prepare', config }, 'prepared');
    if (answer === undefined) return `serving thread ended: ${this.#error?.message ?? 'no reason'}`;
    return answer.kind === 'prepared' ? answer.error : undefined;
  }

  async commit(generation: number): Promise<void> {
    await this.#ask({ kind: 'commit', generation }, 'committed');
  }

  async stop(): Promise<void> {
    await this.#ask({ kind: 'stop' }, 'stopped');
    await this.#worker.terminate();
  }

  #ask(order: ToServing, reply: FromServing['kind']): Promise<FromServing | undefined> {
    return new Promise((resolve) => {
      this.#waiting.set(reply, resolve);
      this.post(order);
    });
  }
}

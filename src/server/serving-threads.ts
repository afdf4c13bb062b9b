// The control thread's view of the serving threads: starts them, hands configurations to all of them in two
// steps, replaces one that died, and ends them.

import { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '../base/clock.ts';
import type { ThreadQuestion } from './question-desk.ts';
import {
  type FromServing,
  pluginsOf,
  type ServingConfig,
  type ThreadBuffers,
  type ToServing,
} from './serving-config.ts';
import { type PulseTarget, ThreadPulse } from './thread-pulse.ts';

/** How a thread is made; the buffers outlive it, so a replacement goes on with the same ones. */
export interface ThreadMaker {
  /** Absolute path of the module that a thread runs. */
  readonly entry: string;
  readonly clock: Clock;
  makeBuffers(index: number): ThreadBuffers;
  onMessage(index: number, message: FromServing): void;
  /** Answers what a thread asks; rejects when nobody does. */
  ask(question: ThreadQuestion): Promise<unknown>;
  /** A thread ended without being told to. */
  onCrash(index: number, error: Error | undefined): void;
  /** A thread's successor could not take over; it is tried again. */
  onRestoreFailure(index: number, reason: string): void;
  /** A thread has stopped answering the control thread, or answers again. */
  onSilence(index: number, isSilent: boolean): void;
}

/** A thread needs at most twice its grace (serving-thread.ts) to end; one that takes longer hangs. */
const STOP_MS = 12_000;
/** Pause before a thread that never served, or could not take over, is tried again. */
const RETRY_MS = 1000;

/** All serving threads of the process. */
export class ServingThreads {
  readonly #maker: ThreadMaker;
  readonly #threads: ServingThreadHandle[] = [];
  /** Successors on their way: a new configuration waits until they have the old one. */
  readonly #restoring = new Set<Promise<void>>();
  readonly #retries = new Set<Timer>();
  readonly #pulse: ThreadPulse;
  #config: ServingConfig | undefined;
  #isStopping = false;

  constructor(maker: ThreadMaker) {
    this.#maker = maker;
    this.#pulse = new ThreadPulse({
      clock: maker.clock,
      threads: this.#threads,
      onChange: (index, isSilent) => maker.onSilence(index, isSilent),
    });
  }

  /** Whether every thread has answered the control thread in the last five seconds. True before any serves. */
  get areAnswering(): boolean {
    return this.#pulse.isSteady;
  }

  /** Starts threads until there are `count`; they load while the control thread goes on. */
  grow(count: number): void {
    while (this.#threads.length < count) this.#threads.push(this.#start(this.#threads.length));
  }

  /** Lets every thread load the plugins of a configuration that is still to be prepared. */
  load(config: ServingConfig): void {
    const plugins = pluginsOf(config);
    for (const thread of this.#threads) thread.post({ kind: 'load', plugins });
  }

  /** Compiles a configuration in every thread and opens what is missing. Rejects with the first failure's text. */
  async prepare(config: ServingConfig): Promise<void> {
    await Promise.all(this.#restoring);
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
    if (!this.#isStopping) this.#pulse.start();
  }

  /** Hands a published value to the instances of that generation. */
  publish(generation: number, channel: string, data: unknown): void {
    for (const thread of this.#threads) thread.post({ kind: 'publish', generation, channel, data });
  }

  /** Lets each thread finish what it answers, then ends it. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#pulse.stop();
    for (const timer of this.#retries) this.#maker.clock.clearTimeout(timer);
    await Promise.all(this.#threads.map((thread) => this.#end(thread)));
  }

  async #end(thread: ServingThreadHandle): Promise<void> {
    const { clock } = this.#maker;
    const timer = clock.setTimeout(() => void thread.terminate(), STOP_MS);
    await thread.stop();
    clock.clearTimeout(timer);
  }

  #start(index: number): ServingThreadHandle {
    const buffers = this.#maker.makeBuffers(index);
    return new ServingThreadHandle(this.#maker.entry, buffers, {
      onMessage: (message) => this.#maker.onMessage(index, message),
      ask: (question) => this.#maker.ask(question),
      onExit: (error, hasServed) => {
        if (this.#isStopping) return;
        this.#maker.onCrash(index, error);
        // One that died before it served would most likely do so again and again.
        if (hasServed) this.#replace(index);
        else this.#retry(() => this.#replace(index));
      },
    });
  }

  #replace(index: number): void {
    const thread = this.#start(index);
    this.#threads[index] = thread;
    this.#restore(index, thread);
  }

  #restore(index: number, thread: ServingThreadHandle): void {
    const restoring = this.#hand(thread).then((failure) => {
      this.#restoring.delete(restoring);
      // A thread that ended is replaced anyhow.
      if (failure === undefined || this.#threads[index] !== thread || thread.hasEnded) return;
      this.#maker.onRestoreFailure(index, failure);
      this.#retry(() => this.#restore(index, thread));
    });
    this.#restoring.add(restoring);
  }

  /** Hands the configuration in force to one thread, and the next one if that changes meanwhile. */
  async #hand(thread: ServingThreadHandle): Promise<string | undefined> {
    let config: ServingConfig | undefined;
    while (config !== this.#config && this.#config !== undefined) {
      config = this.#config;
      const failure = await thread.prepare(config);
      if (failure !== undefined) return failure;
      await thread.commit(config.generation);
    }
    return undefined;
  }

  #retry(run: () => void): void {
    const timer = this.#maker.clock.setTimeout(() => {
      this.#retries.delete(timer);
      if (!this.#isStopping) run();
    }, RETRY_MS);
    this.#retries.add(timer);
  }
}

interface HandleEvents {
  onMessage(message: FromServing): void;
  ask(question: ThreadQuestion): Promise<unknown>;
  /** `hasServed`: a configuration was in force. */
  onExit(error: Error | undefined, hasServed: boolean): void;
}

type Waiting = (message: FromServing | undefined) => void;

/** One worker thread, its orders and the replies to them. */
class ServingThreadHandle implements PulseTarget {
  readonly #worker: Worker;
  /** Those who wait for replies of a kind, in the order of their orders. */
  readonly #waiting = new Map<FromServing['kind'], Waiting[]>();
  #error: Error | undefined;
  hasServed = false;
  hasEnded = false;

  constructor(entry: string, buffers: ThreadBuffers, events: HandleEvents) {
    this.#worker = new Worker(entry, {
      workerData: buffers,
      name: `serving-${buffers.readerIndex}`,
    });
    this.#worker.on('message', (message: FromServing) => {
      if (message.kind === 'committed') this.hasServed = true;
      if (message.kind === 'question') {
        void this.#answer(message.id, events.ask(message));
        return;
      }
      const waiting = this.#waiting.get(message.kind)?.shift();
      if (waiting === undefined) events.onMessage(message);
      else waiting(message);
    });
    this.#worker.on('error', (error: Error) => {
      this.#error = error;
    });
    this.#worker.on('exit', () => {
      this.hasEnded = true;
      for (const waiting of [...this.#waiting.values()].flat()) waiting(undefined);
      this.#waiting.clear();
      events.onExit(this.#error, this.hasServed);
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

  async probe(): Promise<boolean> {
    return (await this.#ask({ kind: 'probe' }, 'probed')) !== undefined;
  }

  async stop(): Promise<void> {
    await this.#ask({ kind: 'stop' }, 'stopped');
    await this.terminate();
  }

  /** At once, whatever it does. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  async #answer(id: number, answer: Promise<unknown>): Promise<void> {
    try {
      this.post({ kind: 'answer', id, data: await answer, error: undefined });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.post({ kind: 'answer', id, data: undefined, error: text });
    }
  }

  #ask(order: ToServing, reply: FromServing['kind']): Promise<FromServing | undefined> {
    if (this.hasEnded) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#waiting.set(reply, [...(this.#waiting.get(reply) ?? []), resolve]);
      this.post(order);
    });
  }
}

// The control thread's side of the serving threads, with real worker threads that follow a script: two-step changes,
// successors of threads that die, the end.

import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { FromServing, ThreadBuffers } from '../../../src/server/serving-config.ts';
import { ServingThreads, type ThreadMaker } from '../../../src/server/serving-threads.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Word } from '../../support/scripted-words.ts';
import { servingConfig } from '../../support/serving-bench.ts';

/** Makes scripted threads and notes `INDEX EVENT`. */
class Bench implements ThreadMaker {
  readonly entry = join(import.meta.dirname, '../../support/scripted-thread.ts');
  readonly clock = new FakeClock();
  readonly events: string[] = [];
  readonly words: Int32Array[] = [];
  readonly threads = new ServingThreads(this);
  readonly #watchers = new Set<() => void>();

  makeBuffers(index: number): ThreadBuffers {
    this.words[index] ??= new Int32Array(new SharedArrayBuffer(64));
    const metrics = this.words[index].buffer as SharedArrayBuffer;
    return { metrics, log: new SharedArrayBuffer(8), readerIndex: index, logLayout: 'coredns' };
  }

  onMessage(index: number, message: FromServing): void {
    if (message.kind === 'series') this.note(index, String(message.announcement));
  }

  ask(): Promise<unknown> {
    return Promise.resolve('answer');
  }

  onCrash(index: number, error: Error | undefined): void {
    this.note(index, `crash ${error?.message ?? 'without error'}`);
  }

  onRestoreFailure(index: number, reason: string): void {
    this.note(index, `not restored: ${reason}`);
  }

  onSilence(index: number, isSilent: boolean): void {
    this.note(index, isSilent ? 'silent' : 'answers again');
  }

  note(index: number, text: string): void {
    this.events.push(`${index} ${text}`);
    for (const watch of [...this.#watchers]) watch();
  }

  /** Resolves when an event has happened since the events were last cleared. */
  seen(event: string): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.events.includes(event)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Threads with a configuration in force; the events are cleared. */
  async serve(count = 1, generation = 1): Promise<void> {
    this.threads.grow(count);
    const config = servingConfig(generation, [], []);
    await this.threads.prepare(config);
    await this.threads.commit(config);
    this.events.splice(0);
  }

  fail(index: number, word: number, times = 1): void {
    this.words[index]?.fill(times, word, word + 1);
  }

  /** A second passes, and these threads answer the question of that second. */
  async beat(...answering: readonly number[]): Promise<void> {
    this.events.splice(0);
    this.clock.advance(1000);
    await Promise.all(answering.map((index) => this.seen(`${index} probe`)));
  }

  /** Makes a thread hang until `release`. */
  async block(index: number): Promise<void> {
    this.words[index]?.fill(1, Word.BLOCKED, Word.BLOCKED + 1);
    this.threads.publish(1, 'block', undefined);
    await this.seen(`${index} blocked`);
  }

  release(index: number): void {
    const words = this.words[index];
    if (words === undefined) return;
    Atomics.store(words, Word.BLOCKED, 0);
    Atomics.notify(words, Word.BLOCKED);
  }

  starts(index: number): number {
    return this.words[index]?.[Word.STARTS] ?? 0;
  }
}

const running: Bench[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ threads }) => threads.stop()));
});
function make(): Bench {
  const bench = new Bench();
  running.push(bench);
  return bench;
}
const generation = (number: number): ReturnType<typeof servingConfig> =>
  servingConfig(number, [], []);

describe('two steps', () => {
  test('every thread prepares before any commits', async () => {
    const bench = make();
    bench.threads.grow(2);
    await bench.threads.prepare(generation(1));
    expect(bench.events.toSorted()).toEqual(['0 prepare 1', '1 prepare 1']);
    await bench.threads.commit(generation(1));
    expect(bench.events.slice(2).toSorted()).toEqual(['0 commit 1', '1 commit 1']);
  });

  test('grow adds what is missing and takes nothing away', async () => {
    const bench = make();
    bench.threads.grow(2);
    bench.threads.grow(1);
    await bench.threads.prepare(generation(1));
    expect(bench.events).toHaveLength(2);
  });

  test('one thread that cannot prepare makes all abandon', async () => {
    const bench = make();
    await bench.serve(2);
    bench.fail(1, Word.FAIL_PREPARE);
    await expect(bench.threads.prepare(generation(2))).rejects.toThrow('Listen: no');
    await Promise.all([bench.seen('0 abandon 2'), bench.seen('1 abandon 2')]);
    await bench.threads.prepare(generation(3));
    await bench.threads.commit(generation(3));
    await Promise.all([bench.seen('0 commit 3'), bench.seen('1 commit 3')]);
  });

  test('published values go to every thread', async () => {
    const bench = make();
    await bench.serve(2);
    bench.threads.publish(1, 'c', 'x');
    await Promise.all([bench.seen('0 publish 1 c x'), bench.seen('1 publish 1 c x')]);
  });
});

describe('a thread that dies', () => {
  test('while serving is replaced at once by one with the configuration in force', async () => {
    const bench = make();
    await bench.serve(1, 5);
    bench.threads.publish(5, 'die', undefined);
    await bench.seen('0 commit 5');
    expect(bench.events).toEqual(['0 crash died while serving', '0 prepare 5', '0 commit 5']);
    expect(bench.starts(0)).toBe(2);
    // The successor follows orders.
    await bench.threads.prepare(generation(6));
    await bench.threads.commit(generation(6));
    expect(bench.events).toContain('0 commit 6');
  });

  test('while preparing fails that configuration, and the old one comes back', async () => {
    const bench = make();
    await bench.serve(1);
    bench.fail(0, Word.DIE_AT_PREPARE);
    await expect(bench.threads.prepare(generation(2))).rejects.toThrow(
      'serving thread ended: died while preparing',
    );
    await bench.seen('0 commit 1');
  });

  test('bug: one that died between prepare and commit served the old configuration for ever', async () => {
    const bench = make();
    await bench.serve(2);
    await bench.threads.prepare(generation(2));
    bench.fail(1, Word.DIE_AT_COMMIT);
    await bench.threads.commit(generation(2));
    await bench.seen('1 crash died while committing');
    await bench.threads.prepare(generation(3));
    expect(bench.events.filter((event) => event.startsWith('1 '))).toEqual([
      '1 prepare 2',
      '1 commit 2',
      '1 crash died while committing',
      '1 prepare 2',
      '1 commit 2',
      '1 prepare 3',
    ]);
  });

  test('a change that comes while a successor starts waits for it', async () => {
    const bench = make();
    await bench.serve(1);
    bench.threads.publish(1, 'die', undefined);
    await bench.seen('0 crash died while serving');
    await bench.threads.prepare(generation(2));
    await bench.threads.commit(generation(2));
    expect(bench.events.slice(1)).toEqual([
      '0 prepare 1',
      '0 commit 1',
      '0 prepare 2',
      '0 commit 2',
    ]);
  });

  test('bug: one that dies at every start was started again without a pause', async () => {
    const bench = make();
    await bench.serve(1);
    bench.fail(0, Word.DIE_AT_START, 2);
    bench.threads.publish(1, 'die', undefined);
    await bench.seen('0 crash without error');
    expect(bench.starts(0)).toBe(2);
    // Meanwhile a change fails instead of waiting for ever.
    await expect(bench.threads.prepare(generation(2))).rejects.toThrow(
      'serving thread ended: no reason',
    );
    bench.events.splice(0);
    expect(bench.clock.nextDueInMs).toBe(1000);
    bench.clock.advance(1000);
    await bench.seen('0 crash without error');
    expect(bench.starts(0)).toBe(3);
    bench.clock.advance(1000);
    await bench.seen('0 commit 1');
    expect(bench.starts(0)).toBe(4);
  });

  test('bug: a successor that could not open its sockets stayed without them and nobody knew', async () => {
    const bench = make();
    await bench.serve(1);
    bench.fail(0, Word.FAIL_PREPARE, 2);
    bench.threads.publish(1, 'die', undefined);
    await bench.seen('0 not restored: Listen: no');
    bench.events.splice(0);
    bench.clock.advance(1000);
    await bench.seen('0 not restored: Listen: no');
    bench.clock.advance(1000);
    await bench.seen('0 commit 1');
    expect(bench.starts(0)).toBe(2);
  });

  test('before anything was in force fails the start', async () => {
    const bench = make();
    bench.threads.grow(1);
    bench.fail(0, Word.DIE_AT_PREPARE);
    await expect(bench.threads.prepare(generation(1))).rejects.toThrow(
      'serving thread ended: died while preparing',
    );
  });
});

describe('a thread that hangs', () => {
  test('is silent after five seconds, and no longer when it answers again', async () => {
    const bench = make();
    await bench.serve(2);
    await bench.beat(0, 1);
    await bench.block(1);
    for (let second = 0; second <= 4; second++) {
      await bench.beat(0);
      expect(bench.threads.areAnswering, `after ${second} s`).toBe(true);
    }
    await bench.beat(0);
    expect(bench.threads.areAnswering).toBe(false);
    expect(bench.events).toContain('1 silent');
    await bench.beat(0);
    expect(bench.events).not.toContain('1 silent');
    bench.release(1);
    await bench.seen('1 answers again');
    expect(bench.threads.areAnswering).toBe(true);
    await bench.beat(0, 1);
    expect(bench.threads.areAnswering).toBe(true);
  });

  test('is asked once, however long it hangs', async () => {
    const bench = make();
    await bench.serve(1);
    await bench.block(0);
    for (let second = 0; second < 20; second++) await bench.beat();
    bench.release(0);
    await bench.seen('0 answers again');
    await bench.beat(0);
    expect(bench.events).toEqual(['0 probe']);
  });

  test('and one that did so from its first second on is found, too', async () => {
    const bench = make();
    await bench.serve(1);
    await bench.block(0);
    bench.clock.advance(5000);
    expect(bench.threads.areAnswering).toBe(true);
    bench.clock.advance(1000);
    expect(bench.threads.areAnswering).toBe(false);
    bench.release(0);
    await bench.seen('0 answers again');
  });
});

describe('a successor', () => {
  test('in time makes nobody silent', async () => {
    const bench = make();
    await bench.serve(2);
    await bench.beat(0, 1);
    bench.threads.publish(1, 'die', undefined);
    await Promise.all([bench.seen('0 commit 1'), bench.seen('1 commit 1')]);
    for (let second = 0; second < 7; second++) await bench.beat(0, 1);
    expect(bench.threads.areAnswering).toBe(true);
    expect(bench.events.filter((event) => event.endsWith('silent'))).toEqual([]);
  });

  test('that cannot take over is silent after five seconds, though it answers', async () => {
    const bench = make();
    await bench.serve(1);
    await bench.beat(0);
    bench.fail(0, Word.FAIL_PREPARE, 6);
    bench.threads.publish(1, 'die', undefined);
    await bench.seen('0 not restored: Listen: no');
    for (let second = 0; second <= 4; second++) {
      expect(bench.threads.areAnswering, `after ${second} s`).toBe(true);
      await bench.beat(0);
      await bench.seen('0 not restored: Listen: no');
    }
    await bench.beat(0);
    expect(bench.threads.areAnswering).toBe(false);
    await bench.seen('0 commit 1');
    await bench.beat(0);
    expect(bench.threads.areAnswering).toBe(true);
  });

  test('nobody is asked before there is a configuration', async () => {
    const bench = make();
    bench.threads.grow(1);
    await bench.threads.prepare(generation(1));
    expect(bench.clock.pendingTimers).toBe(0);
    expect(bench.threads.areAnswering).toBe(true);
  });
});

describe('stop', () => {
  test('ends every thread and starts none again', async () => {
    const bench = make();
    await bench.serve(2);
    await bench.threads.stop();
    running.splice(0);
    expect(bench.events.toSorted()).toEqual(['0 stop', '1 stop']);
    expect([bench.starts(0), bench.starts(1)]).toEqual([1, 1]);
  });

  test('is over too when a thread dies instead of replying', async () => {
    const bench = make();
    await bench.serve(1);
    bench.fail(0, Word.DIE_AT_STOP);
    await bench.threads.stop();
    running.splice(0);
    expect(bench.starts(0)).toBe(1);
  });

  test('does not wait for a thread that hangs', async () => {
    const bench = make();
    await bench.serve(1);
    await bench.block(0);
    const stopped = bench.threads.stop();
    bench.clock.advance(12_000);
    await stopped;
    running.splice(0);
    expect(bench.starts(0)).toBe(1);
    expect(bench.clock.pendingTimers).toBe(0);
  });

  test('forgets successors that wait for their turn', async () => {
    const bench = make();
    await bench.serve(1);
    bench.fail(0, Word.DIE_AT_START, 5);
    bench.threads.publish(1, 'die', undefined);
    await bench.seen('0 crash without error');
    await bench.threads.stop();
    running.splice(0);
    expect(bench.clock.pendingTimers).toBe(0);
    expect(bench.starts(0)).toBe(2);
  });
});

// What a serving thread gets from the control side, and what its successor goes on with.

import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { ServingThreadMaker } from '../../../src/cli/thread-maker.ts';
import { LineOutput } from '../../../src/log/line-output.ts';
import { LineRingWriter } from '../../../src/log/line-ring.ts';
import { PANICS } from '../../../src/metrics/core-metrics.ts';
import { MetricsRegistry } from '../../../src/metrics/registry.ts';
import { createMetricSlots, MetricsWriter } from '../../../src/metrics/writer.ts';
import { QuestionDesk } from '../../../src/server/question-desk.ts';
import { MemoryLogger } from '../../support/chain-doubles.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function make(): {
  maker: ServingThreadMaker;
  log: MemoryLogger;
  metrics: MetricsRegistry;
  written: string[];
} {
  const clock = new FakeClock();
  const written: string[] = [];
  const output = new LineOutput((bytes) => {
    written.push(Buffer.from(bytes).toString());
    return bytes.length;
  }, clock);
  const log = new MemoryLogger();
  const metrics = new MetricsRegistry();
  const slots = createMetricSlots(64);
  const source = metrics.attachWriter(slots);
  const controlMetrics = new MetricsWriter(slots, (series) => source.announce(series));
  const outputs = {
    output,
    log,
    logLayout: 'coredns',
    metrics,
    controlMetrics,
    clock,
    desk: new QuestionDesk(),
  } as const;
  return {
    maker: new ServingThreadMaker('/entry.js', outputs),
    log,
    metrics,
    written,
  };
}

test('each thread has its own buffers, a successor those of the one before it', () => {
  const { maker } = make();
  const [first, second] = [maker.makeBuffers(0), maker.makeBuffers(1)];
  expect(second.metrics).not.toBe(first.metrics);
  expect([first.readerIndex, second.readerIndex]).toEqual([0, 1]);
  expect(maker.makeBuffers(0)).toBe(first);
});

test('the counts of a thread that died stay in the sums', async () => {
  const { maker, metrics } = make();
  for (let life = 0; life < 3; life += 1) {
    const { metrics: slots } = maker.makeBuffers(0);
    const writer = new MetricsWriter(slots, (announcement) =>
      maker.onMessage(0, { kind: 'series', announcement }),
    );
    writer.counter(PANICS, []).add(5);
  }
  expect(await metrics.expose()).toContain('coredns_panics_total 15');
});

test('other messages are nobody else’s business', () => {
  const { maker } = make();
  expect(() => maker.onMessage(3, { kind: 'stopped' })).not.toThrow();
});

test('the end of a thread counts as a panic', async () => {
  const { maker, metrics } = make();
  maker.onCrash(0, new Error('boom'));
  maker.onCrash(1, undefined);
  expect(await metrics.expose()).toContain('coredns_panics_total 2');
});

test('a thread that falls silent is told about, and that it answers again', () => {
  const { maker, log } = make();
  maker.onSilence(1, true);
  maker.onSilence(1, false);
  expect(log.lines).toEqual([
    '[ERROR] serving thread 1 has not answered for 5s',
    '[INFO] serving thread 1 answers again',
  ]);
});

test('a thread that ends or cannot take over is told about', () => {
  const { maker, log } = make();
  maker.onCrash(0, undefined);
  maker.onCrash(1, Object.assign(new Error('boom'), { stack: 'Error: boom\n    at x' }));
  maker.onRestoreFailure(1, 'Listen: no');
  expect(log.lines).toEqual([
    '[ERROR] serving thread 0 ended and is replaced: no reason',
    '[ERROR] serving thread 1 ended and is replaced: Error: boom\n    at x',
    '[ERROR] serving thread 1 does not serve and is tried again: Listen: no',
  ]);
});

test('the last lines of the threads are written out at the end', () => {
  const { maker, written } = make();
  const writer = new LineRingWriter(maker.makeBuffers(0).log);
  writer.appendText('[INFO] last\n');
  maker.drain();
  expect(written.join('')).toBe('[INFO] last\n');
});

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { LineOutput } from '../../../src/log/line-output.ts';
import { createLineRing, LineRingWriter } from '../../../src/log/line-ring.ts';
import { RingDrain } from '../../../src/log/ring-drain.ts';
import { FakeClock } from '../../support/fake-clock.ts';

interface Bench {
  readonly clock: FakeClock;
  readonly writer: LineRingWriter;
  readonly drain: RingDrain;
  readonly dropped: number[];
  text(): string;
  setRoom(octets: number): void;
}

function setUp(capacity: number): Bench {
  const clock = new FakeClock();
  const ring = createLineRing(capacity);
  const dropped: number[] = [];
  let text = '';
  let room = Number.POSITIVE_INFINITY;
  const output = new LineOutput((bytes) => {
    if (room === 0) throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
    const taken = Math.min(room, bytes.length);
    room -= taken;
    text += Buffer.from(bytes.subarray(0, taken)).toString();
    return taken;
  }, clock);
  const drain = new RingDrain(ring, output, clock, (lines) => dropped.push(lines));
  return {
    clock,
    writer: new LineRingWriter(ring),
    drain,
    dropped,
    text: () => text,
    setRoom: (octets) => {
      room = octets;
    },
  };
}

test('a sleeping drain wakes for a line, then looks again every few milliseconds', async () => {
  const bench = setUp(1024);
  bench.drain.start();
  bench.writer.appendText('one\n');
  await vi.waitFor(() => expect(bench.text()).toBe('one\n'));
  bench.writer.appendText('two\n');
  bench.writer.appendText('three\n');
  expect(bench.text()).toBe('one\n');
  bench.clock.advance(5);
  expect(bench.text()).toBe('one\ntwo\nthree\n');
  bench.clock.advance(5);
  expect(bench.clock.pendingTimers).toBe(0);
  bench.writer.appendText('four\n');
  await vi.waitFor(() => expect(bench.text()).toBe('one\ntwo\nthree\nfour\n'));
  bench.drain.stop();
});

test('keeps lines while the output is blocked, and reports what was dropped after them', () => {
  const bench = setUp(16);
  bench.setRoom(2);
  bench.writer.appendText('line 1\n');
  bench.writer.appendText('line 2\n');
  bench.drain.start();
  expect(bench.text()).toBe('li');
  expect(bench.writer.appendText('line 3\n')).toBe(true);
  expect(bench.writer.appendText('line 4\n')).toBe(false);
  bench.setRoom(100);
  expect(bench.dropped).toEqual([]);
  bench.clock.advance(10);
  expect(bench.text()).toBe('line 1\nline 2\nline 3\n');
  expect(bench.dropped).toEqual([1]);
  bench.drain.stop();
});

test('a stopped drain still empties the ring when the output was blocked, and sets no timer', () => {
  const bench = setUp(64);
  bench.drain.start();
  bench.setRoom(0);
  bench.writer.appendText('last words\n');
  bench.drain.stop();
  expect(bench.text()).toBe('');
  bench.setRoom(100);
  bench.clock.advance(10);
  expect(bench.text()).toBe('last words\n');
  expect(bench.clock.pendingTimers).toBe(0);
});

test('a stop during the pause drains at once', () => {
  const bench = setUp(64);
  bench.writer.appendText('one\n');
  bench.drain.start();
  bench.writer.appendText('two\n');
  bench.drain.stop();
  expect(bench.text()).toBe('one\ntwo\n');
  expect(bench.clock.pendingTimers).toBe(0);
});

test('lines of another thread arrive whole, in order, and are all written or counted', async () => {
  const ring = createLineRing(4096);
  const chunks: string[] = [];
  let dropped = 0;
  let calls = 0;
  const output = new LineOutput((bytes) => {
    // Every third write meets a full pipe, others take odd pieces.
    if (++calls % 3 === 0) throw Object.assign(new Error('EAGAIN'), { code: 'EAGAIN' });
    const taken = Math.min(bytes.length, 777);
    chunks.push(Buffer.from(bytes.subarray(0, taken)).toString());
    return taken;
  }, systemClock);
  const drain = new RingDrain(ring, output, systemClock, (lines) => {
    dropped += lines;
  });
  drain.start();
  const lines = 20_000;
  const thread = new Worker(new URL('../../support/log-writer-thread.ts', import.meta.url), {
    workerData: { ring, lines },
  });
  await once(thread, 'exit');
  drain.stop();
  await vi.waitFor(() => expect(chunks.join('').split('\n').length - 1 + dropped).toBe(lines));
  let last = -1;
  for (const line of chunks.join('').slice(0, -1).split('\n')) {
    const [number = '', rest] = line.split(' ');
    expect(rest).toBe('z'.repeat(Number(number) % 50));
    expect(Number(number)).toBeGreaterThan(last);
    last = Number(number);
  }
});

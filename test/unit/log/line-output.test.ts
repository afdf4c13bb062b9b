import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { descriptorWrite, LineOutput } from '../../../src/log/line-output.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const fault = (code: string): Error => Object.assign(new Error(code), { code });

/** A descriptor that takes `room` octets, then fails with `code`. */
class Pipe {
  room = Number.POSITIVE_INFINITY;
  code = 'EAGAIN';
  text = '';

  readonly write = (chunk: Uint8Array): number => {
    if (this.room === 0) throw fault(this.code);
    const taken = Math.min(this.room, chunk.length);
    this.room -= taken;
    this.text += Buffer.from(chunk.subarray(0, taken)).toString();
    return taken;
  };
}

function setUp(): { pipe: Pipe; clock: FakeClock; output: LineOutput } {
  const pipe = new Pipe();
  const clock = new FakeClock();
  return { pipe, clock, output: new LineOutput(pipe.write, clock) };
}

test('what the descriptor does not take goes out later, first and in order', () => {
  const { pipe, clock, output } = setUp();
  let writable = 0;
  const unsubscribe = output.onWritable(() => writable++);
  pipe.room = 5;
  output.write(bytes('first line\n'));
  output.write(bytes('second\n'));
  expect([pipe.text, output.isBlocked]).toEqual(['first', true]);
  pipe.room = 8;
  clock.advance(10);
  expect([pipe.text, output.isBlocked]).toEqual(['first line\nse', true]);
  pipe.room = 100;
  clock.advance(10);
  expect([pipe.text, output.isBlocked, writable]).toEqual(['first line\nsecond\n', false, 1]);
  expect(clock.pendingTimers).toBe(0);
  unsubscribe();
  pipe.room = 0;
  output.write(bytes('third\n'));
  pipe.room = 100;
  clock.advance(10);
  expect([pipe.text.endsWith('third\n'), writable]).toEqual([true, 1]);
});

test.each([
  ['nothing', 0, 0],
  ['a whole line', 4, 4],
  ['a line and a part of the next', 6, 8],
  ['all', 12, 12],
])('an offer of lines of which %s is taken ends at a line', (_, room, taken) => {
  const { pipe, clock, output } = setUp();
  pipe.room = room;
  expect(output.offer(bytes('one\ntwo\nten\n'))).toBe(taken);
  expect(output.offer(bytes('more\n'))).toBe(0);
  pipe.room = 100;
  output.write(bytes('next\n'));
  clock.advance(10);
  expect(pipe.text).toBe(`${'one\ntwo\nten\n'.slice(0, taken)}next\n`);
});

test('an offer without a newline at its end is torn nowhere', () => {
  const { pipe, clock, output } = setUp();
  pipe.room = 2;
  expect(output.offer(bytes('open'))).toBe(4);
  pipe.room = 100;
  clock.advance(10);
  expect(pipe.text).toBe('open');
});

test('drops whole lines once a MiB waits, never the rest of a torn one', () => {
  const { pipe, clock, output } = setUp();
  const big = bytes(`${'x'.repeat(700 * 1024)}\n`);
  pipe.room = 1;
  output.write(big);
  output.write(big);
  output.write(bytes('small\n'));
  expect(output.lostWrites).toBe(1);
  pipe.room = Number.POSITIVE_INFINITY;
  clock.advance(10);
  expect(pipe.text.length).toBe(big.length + 6);
  expect(pipe.text.endsWith('x\nsmall\n')).toBe(true);
});

test('a descriptor that is gone loses lines, counts them and never throws', () => {
  const { pipe, output } = setUp();
  pipe.room = 0;
  pipe.code = 'EPIPE';
  output.write(bytes('a\n'));
  expect(output.offer(bytes('b\n'))).toBe(2);
  expect([output.lostWrites, output.isBlocked]).toEqual([2, false]);
});

test('flush waits for a slow reader, but not for ever', () => {
  const { pipe, output } = setUp();
  expect(output.flush(0)).toBe(true);
  pipe.room = 0;
  output.write(bytes('a\n'));
  expect(output.flush(5)).toBe(false);
  pipe.room = 100;
  expect(output.flush(0)).toBe(true);
  expect(pipe.text).toBe('a\n');
});

test('a full pipe of the kernel loses and tears nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'line-output-'));
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  const output = new LineOutput(descriptorWrite(descriptor), systemClock);
  let expected = '';
  for (let line = 0; line < 5000; line++) {
    const text = `${line} ${'y'.repeat(line % 97)}\n`;
    expected += text;
    output.write(bytes(text));
  }
  expect(output.isBlocked).toBe(true);
  const seen: Buffer[] = [];
  const chunk = Buffer.alloc(50_000);
  let octets = 0;
  while (octets < expected.length) {
    const taken = readSync(descriptor, chunk);
    seen.push(Buffer.from(chunk.subarray(0, taken)));
    octets += taken;
    output.flush(0);
  }
  expect(Buffer.concat(seen).toString() === expected).toBe(true);
  expect([output.isBlocked, output.lostWrites]).toEqual([false, 0]);
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

// Lines composed in the ring itself, and where that cannot be.
import { expect, test } from 'vitest';
import { createLineRing, LineRingReader, LineRingWriter } from '../../../src/log/line-ring.ts';
import { OctetLine } from '../../../src/log/octet-line.ts';
import { RingLines } from '../../../src/log/ring-lines.ts';

class Fixture {
  readonly writer: LineRingWriter;
  readonly reader: LineRingReader;
  readonly #lines: RingLines;
  readonly #line = new OctetLine();

  constructor(capacity: number) {
    const ring = createLineRing(capacity);
    this.writer = new LineRingWriter(ring);
    this.reader = new LineRingReader(ring);
    this.#lines = new RingLines(this.writer);
  }

  log(text: string, most: number = text.length): void {
    this.#lines.open(this.#line, most);
    this.#line.ascii(text);
    this.#lines.close(this.#line);
  }

  take(): string {
    let text = '';
    this.reader.drain((lines) => {
      text += Buffer.from(lines).toString();
      return lines.length;
    });
    return text;
  }
}

test('lines come out between those that are texts', () => {
  const fixture = new Fixture(128);
  fixture.log('one', 50);
  fixture.writer.appendText('two\n');
  fixture.log('three', 20);
  expect(fixture.take()).toBe('[INFO] one\ntwo\n[INFO] three\n');
});

test('lines cross the end of the ring whole', () => {
  const fixture = new Fixture(64);
  for (let i = 0; i < 100; i++) {
    fixture.log(`line ${i}`, 30);
    expect(fixture.take()).toBe(`[INFO] line ${i}\n`);
  }
  expect(fixture.reader.takeDropped()).toBe(0);
});

test('a line is dropped and counted only when it has no room itself', () => {
  const fixture = new Fixture(32);
  fixture.log('0123456', 1000);
  fixture.log('89abcdefgh', 10);
  fixture.log('x', 1000);
  expect(fixture.take()).toBe('[INFO] 0123456\n[INFO] x\n');
  expect(fixture.reader.takeDropped()).toBe(1);
});

import { expect, test } from 'vitest';
import { createLineRing, LineRingReader, LineRingWriter } from '../../../src/log/line-ring.ts';

function pair(capacity: number): {
  writer: LineRingWriter;
  reader: LineRingReader;
  ring: SharedArrayBuffer;
} {
  const ring = createLineRing(capacity);
  return { ring, writer: new LineRingWriter(ring), reader: new LineRingReader(ring) };
}

function takeAll(reader: LineRingReader): string {
  let text = '';
  const isEmpty = reader.drain((lines) => {
    text += Buffer.from(lines).toString();
    return lines.length;
  });
  expect(isEmpty).toBe(true);
  return text;
}

test('lines come out in order, text or octets', () => {
  const { writer, reader } = pair(64);
  expect(writer.appendText('one\n')).toBe(true);
  expect(writer.append(new TextEncoder().encode('two\nrest'), 4)).toBe(true);
  expect(reader.waitingOctets).toBe(8);
  expect(takeAll(reader)).toBe('one\ntwo\n');
  expect(reader.waitingOctets).toBe(0);
  expect(takeAll(reader)).toBe('');
});

test('a line that does not fit is dropped whole and counted, later ones that fit are not', () => {
  const { writer, reader } = pair(16);
  expect(writer.appendText('0123456789\n')).toBe(true);
  expect(writer.appendText('too long\n')).toBe(false);
  expect(writer.append(new Uint8Array(17))).toBe(false);
  expect(writer.appendText('ok\n')).toBe(true);
  expect(takeAll(reader)).toBe('0123456789\nok\n');
  expect(reader.takeDropped()).toBe(2);
  expect(reader.takeDropped()).toBe(0);
});

test('fills to the last octet', () => {
  const { writer, reader } = pair(16);
  expect(writer.appendText('0123456789abcde\n')).toBe(true);
  expect(reader.waitingOctets).toBe(16);
  expect(writer.appendText('\n')).toBe(false);
  expect(takeAll(reader)).toBe('0123456789abcde\n');
});

test('lines cross the end of the ring whole, also those with letters of several octets', () => {
  const { writer, reader } = pair(32);
  let expected = '';
  let seen = '';
  for (let line = 0; line < 400; line++) {
    const text = `${line}:${'é'.repeat(line % 9)}\n`;
    if (writer.appendText(text)) expected += text;
    if (line % 3 === 0) {
      reader.drain((lines) => {
        expect(lines.at(-1)).toBe(10);
        seen += Buffer.from(lines).toString();
        return lines.length;
      });
    }
  }
  seen += takeAll(reader);
  expect(seen).toBe(expected);
});

test('long lines grow the scratch space', () => {
  const { writer, reader } = pair(8192);
  writer.appendText(`${'a'.repeat(7000)}\n`);
  expect(takeAll(reader).length).toBe(7001);
  expect(writer.appendText(`${'b'.repeat(5000)}\n`)).toBe(true);
  expect(takeAll(reader)).toBe(`${'b'.repeat(5000)}\n`);
});

test('what was not taken stays', () => {
  const { writer, reader } = pair(64);
  writer.appendText('one\n');
  writer.appendText('two\n');
  expect(reader.drain(() => 4)).toBe(false);
  expect(reader.drain(() => 0)).toBe(false);
  expect(takeAll(reader)).toBe('two\n');
});

test('positions wrap around at 2^32', () => {
  const { ring, writer, reader } = pair(32);
  const words = new Int32Array(ring, 0, 64);
  words[0] = words[16] = -16;
  let expected = '';
  let seen = '';
  for (let line = 0; line < 50; line++) {
    const text = `line ${line}\n`;
    expect(writer.appendText(text)).toBe(true);
    expected += text;
    seen += takeAll(reader);
  }
  expect(seen).toBe(expected);
  expect(words[0]).toBeGreaterThan(0);
});

test('waiting ends with the next line, and at once when there is one', async () => {
  const { writer, reader } = pair(64);
  let isAwake = false;
  const wait = reader.waitForLines().then(() => {
    isAwake = true;
  });
  await Promise.resolve();
  expect(isAwake).toBe(false);
  writer.appendText('x\n');
  await wait;
  expect(isAwake).toBe(true);
  await reader.waitForLines();
  expect(takeAll(reader)).toBe('x\n');
});

// Reading numbers and names off the wire, pointers above all.
// Every way in which a name can be malformed has a row.
import { describe, expect, test } from 'vitest';
import { formatName } from '../../../../src/dns/name.ts';
import { WireReader } from '../../../../src/dns/wire/reader.ts';
import { hex, unhex } from '../../../support/record-lines.ts';

function reader(wire: string, offset = 0): WireReader {
  const octets = unhex(wire);
  const made = new WireReader(octets, octets.length);
  made.offset = offset;
  return made;
}

test('reads numbers in network order, and fails for good past the end', () => {
  const numbers = reader('01020304ffffffff05');
  expect([numbers.u8(), numbers.u8(), numbers.u16(), numbers.u32()]).toEqual([
    1, 2, 0x304, 0xffffffff,
  ]);
  expect(numbers.u16()).toBe(0);
  expect(numbers.hasFailed).toBe(true);
  expect(numbers.isAtEnd).toBe(true);
  expect([numbers.u8(), numbers.u32(), hex(numbers.take(1))]).toEqual([0, 0, '00']);
});

test('takes octets without copying them', () => {
  const octets = unhex('010203');
  const taken = new WireReader(octets, 3).take(2);
  expect(taken.buffer).toBe(octets.buffer);
  expect(hex(taken)).toBe('0102');
});

describe('name', () => {
  test('shares the memory of a name in one piece', () => {
    const octets = unhex('ff016100ff');
    const made = new WireReader(octets, 5);
    made.offset = 1;
    const name = made.name();
    expect(name.buffer).toBe(octets.buffer);
    expect(formatName(name)).toBe('a.');
    expect(made.offset).toBe(4);
  });

  test.each([
    ['backwards', '016100' + '0162c000', 3, 'b.a.', 7],
    ['forwards', 'c002' + '016100', 0, 'a.', 2],
    ['through another pointer', '016100' + 'c000' + '0162c003', 5, 'b.a.', 9],
    ['to the root', '00' + '0162c000', 1, 'b.', 5],
  ])('follows a pointer %s', (_where, wire, offset, text, after) => {
    const made = reader(wire, offset);
    expect(formatName(made.name())).toBe(text);
    expect(made.hasFailed).toBe(false);
    expect(made.offset).toBe(after);
  });

  test.each([
    ['a pointer to itself', 'c000', 0],
    ['pointers in a ring', 'c002c000', 0],
    ['a label before a pointer in a ring', '0161c000', 0],
    ['a pointer out of the message', 'c010', 0],
    ['a pointer to the end', 'c002', 0],
    ['half a pointer', '0161c0', 0],
    ['labels of kind 01', '4161', 0],
    ['labels of kind 10 behind a pointer', '8000c000', 2],
    ['a cut label', '0361', 0],
    ['a cut label behind a pointer', 'c0020361', 0],
    ['no end', '0161', 0],
    ['nothing', '', 0],
    ['256 octets', `${`3f${'61'.repeat(63)}`.repeat(3)}3e${'61'.repeat(62)}00`, 0],
    [
      '256 octets with a pointer',
      `${`3f${'61'.repeat(63)}`.repeat(3)}3c${'61'.repeat(60)}000161c000`,
      254,
    ],
  ])('refuses %s', (_what, wire, offset) => {
    const made = reader(wire, offset);
    expect(hex(made.name())).toBe('00');
    expect(made.hasFailed).toBe(true);
  });

  test('takes 255 octets, with and without a pointer', () => {
    const tail = `${`3f${'61'.repeat(63)}`.repeat(3)}3b${'61'.repeat(59)}00`;
    expect(reader(`${tail}0161c000`, 253).name()).toHaveLength(255);
    expect(reader(`${`3f${'61'.repeat(63)}`.repeat(3)}3d${'61'.repeat(61)}00`).name()).toHaveLength(
      255,
    );
  });

  test('follows 126 pointers and no more', () => {
    // 00, then pointers each to the one before.
    const chain = (count: number) =>
      `00${Array.from({ length: count }, (_each, index) =>
        (0xc000 | (index === 0 ? 0 : index * 2 - 1)).toString(16),
      ).join('')}`;
    const last = reader(chain(126), 251);
    expect(formatName(last.name())).toBe('.');
    expect(last.hasFailed).toBe(false);
    const tooMany = reader(chain(127), 253);
    tooMany.name();
    expect(tooMany.hasFailed).toBe(true);
  });
});

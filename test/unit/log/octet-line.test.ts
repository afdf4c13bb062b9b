import { describe, expect, test } from 'vitest';
import { OctetLine, TextLines } from '../../../src/log/octet-line.ts';
import { MemoryLogger } from '../../support/chain-doubles.ts';

function written(write: (line: OctetLine) => void): string {
  const log = new MemoryLogger();
  const lines = new TextLines(log);
  const line = new OctetLine();
  lines.open(line, 64);
  write(line);
  lines.close(line);
  return log.lines.join('|');
}

test('pieces of all kinds stand behind each other', () => {
  const text = written((line) => {
    line.ascii('a ');
    line.copy(new TextEncoder().encode('ü'));
    line.octet(0x20);
    line.decimal(53);
  });
  expect(text).toBe('[INFO] a ü 53');
});

describe('numbers', () => {
  test.each([0, 9, 10, 99, 100, 65_535, 1_000_000_000, 2_147_483_647])('%d', (value) => {
    expect(written((line) => line.decimal(value))).toBe(`[INFO] ${value}`);
  });
});

describe('nanoseconds', () => {
  test.each([
    [0, '0'],
    [1, '0.000000001'],
    [123_000, '0.000123'],
    [12_889, '0.000012889'],
    [999_999_999, '0.999999999'],
    [1_000_000_000, '1'],
    [90_500_000_000, '90.5'],
    [4_000_000_000_010, '4000.00000001'],
  ])('%d', (ns, text) => {
    expect(written((line) => line.seconds(ns))).toBe(`[INFO] ${text}`);
  });
});

// The incremental reading of lists and of watch lines, against JSON.parse, at every way of cutting the text.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from '../../../../src/kubernetes/reflector/line-splitter.ts';
import { ListSplitter } from '../../../../src/kubernetes/reflector/list-splitter.ts';

/** Cuts bytes at the given places. */
function cut(text: string, places: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text);
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort(
    (a, b) => a - b,
  );
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}

function split(chunks: readonly Buffer[]): { items: unknown[]; metadata: unknown } {
  const items: unknown[] = [];
  const splitter = new ListSplitter((item) => items.push(item));
  for (const chunk of chunks) splitter.push(chunk);
  return { items, metadata: splitter.finish() };
}

const places = fc.array(fc.nat(), { maxLength: 20 });

test('gives the items and the metadata of any list, wherever it is cut', () => {
  const list = fc.record({
    kind: fc.string(),
    metadata: fc.dictionary(fc.string(), fc.string()),
    items: fc.array(fc.dictionary(fc.string(), fc.jsonValue())),
    other: fc.jsonValue(),
  });
  fc.assert(
    fc.property(list, places, fc.nat(3), (value, ends, indent) => {
      const parsed = JSON.parse(JSON.stringify(value)) as typeof value;
      const { items, metadata } = split(cut(JSON.stringify(value, null, indent), ends));
      expect(items).toEqual(parsed.items);
      expect(metadata).toEqual(parsed.metadata);
    }),
  );
});

test('gives every line, wherever the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), places, (values, ends) => {
      const lines: string[] = [];
      const splitter = new LineSplitter((line) => lines.push(line));
      for (const chunk of cut(values.map((value) => `${JSON.stringify(value)}\n`).join(''), ends)) {
        splitter.push(chunk);
      }
      expect(lines).toEqual(values.map((value) => JSON.stringify(value)));
    }),
  );
});

test.each([
  ['items is null', '{"items":null,"metadata":{}}', []],
  ['there are no items', '{}', []],
  [
    'scalars stand before the items',
    ' {"a":1,"b":true,"c":null,"items":[{"x":[1,"]"]}]} ',
    [{ x: [1, ']'] }],
  ],
  ['a string holds quotes and braces', '{"items":[{"a":"\\"}{\\\\"}]}', [{ a: '"}{\\' }]],
])('reads a list where %s', (_, text, items) => {
  for (let place = 0; place <= text.length; place++) {
    expect(split(cut(text, [place])).items).toEqual(items);
  }
});

test.each([
  ['no object', '[]', 'the response is no list'],
  ['not JSON', '<html>', 'the response is no list'],
  ['an item that is no object', '{"items":[1]}', 'the response is no list'],
  ['cut short', '{"items":[{"a":1}', 'the list ends early'],
  ['empty', '', 'the list ends early'],
  ['followed by more', '{} {}', 'text after the end of the list'],
  ['a value without its end', '{"a":}', 'malformed JSON in a response'],
  ['a broken item', '{"items":[{a}]}', 'malformed JSON in a response'],
])('refuses a response that is %s', (_, text, message) => {
  expect(() => split([Buffer.from(text)])).toThrow(message);
});

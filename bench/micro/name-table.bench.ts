// The shared name table: lookups that hit and miss, few names and many, and writes. Names come in another order than they were
// put in, so that neighbours in the table are not asked for one after the other.

import { test } from 'vitest';
import { createNameTable } from '../../src/names/buffers.ts';
import { NameTableReader } from '../../src/names/table-reader.ts';
import { NameTableWriter } from '../../src/names/table-writer.ts';
import { thousand } from './thousand.ts';

const SIZES = [1000, 150_000] as const;
const ARENA_BYTES = 1 << 28;
const VALUE_OCTETS = 40;
/** A prime that divides no size: every name has its turn. */
const STRIDE = 7919;

/** Names like those of queries, one behind the other, so that the benchmark waits for the table's memory and not for theirs. */
class AskedNames {
  readonly #octets: Uint8Array;
  readonly #offsets: Uint32Array;
  #turn = -1;

  constructor(names: readonly Uint8Array[]) {
    const order = names.map((_, i) => names[(i * STRIDE) % names.length] ?? new Uint8Array(0));
    this.#octets = Buffer.concat(order);
    this.#offsets = new Uint32Array(names.length + 1);
    for (const [i, name] of order.entries()) {
      this.#offsets[i + 1] = (this.#offsets[i] ?? 0) + name.length;
    }
  }

  /** Looks the next name up. */
  find(reader: NameTableReader): void {
    this.#turn = (this.#turn + 1) % (this.#offsets.length - 1);
    const start = this.#offsets[this.#turn] ?? 0;
    const end = this.#offsets[this.#turn + 1] ?? 0;
    reader.enter();
    reader.find(this.#octets, start, end - start);
    reader.leave();
  }
}

/** Wire forms of `PREFIX-N.ns-M.svc`. */
function wireNames(count: number, prefix: string): Uint8Array[] {
  const encoder = new TextEncoder();
  return Array.from({ length: count }, (_, i) => {
    const labels = [`${prefix}-${i}`, `ns-${i % 10}`, 'svc'];
    return Uint8Array.from(labels.flatMap((label) => [label.length, ...encoder.encode(label)]));
  });
}

test.for(SIZES)('%i names', async (size, { bench }) => {
  const names = wireNames(size, 'svc');
  const table = createNameTable({ arenaBytes: ARENA_BYTES });
  const writer = new NameTableWriter(table);
  const reader = new NameTableReader(table, 0);
  const value = new Uint8Array(VALUE_OCTETS);
  for (const name of names) writer.put(name, value);
  const [present, absent] = [new AskedNames(names), new AskedNames(wireNames(size, 'no'))];
  let turn = 0;
  const put = (): void => {
    turn = (turn + STRIDE) % names.length;
    // Always another value than the last time: the same one is not written.
    value[0] = ((value[0] ?? 0) + 1) & 255;
    writer.put(names[turn] ?? value, value);
  };
  await bench.compare(
    bench(
      'get, hit',
      thousand(() => present.find(reader)),
    ),
    bench(
      'get, miss',
      thousand(() => absent.find(reader)),
    ),
    bench('put', thousand(put)),
  );
});

// Random churn on a shared name table with readers in threads: the writer changes names as fast as
// it can, each reader checks that every value it sees is whole, belongs to the name, and that names
// which are never deleted are never missed. Used by test/property/names-readers.test.ts (short) and
// test/soak/names-table.ts (as long as one likes).
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { createNameTable } from '../../src/names/buffers.ts';
import { hashBytes } from '../../src/names/hash.ts';
import { NameTableReader } from '../../src/names/table-reader.ts';
import { NameTableWriter } from '../../src/names/table-writer.ts';

/** Words of the board that the readers report on. */
export const BOARD = {
  stop: 0,
  ready: 1,
  lookups: 2,
  hits: 3,
  torn: 4,
  missed: 5,
  words: 8,
} as const;
/** Names below this index change but are never deleted. */
export const STABLE_NAMES = 16;

/** The key of a name. */
export function churnKey(index: number): Uint8Array {
  return new TextEncoder().encode(`svc-${index}.ns${index % 5}`);
}

/**
 * A value that shows by itself whether it is whole: seed in four octets, then octets made from
 * seed, key and place.
 */
export function churnValue(key: Uint8Array, seed: number, length: number): Uint8Array {
  const value = new Uint8Array(length);
  new DataView(value.buffer).setUint32(0, seed);
  const salt = hashBytes(key, 0, key.length);
  for (let at = 4; at < length; at++) value[at] = seed + salt + at * 31;
  return value;
}

/** Whether `length` octets from `offset` are a value that churnValue made for this key. */
export function isWhole(
  key: Uint8Array,
  bytes: Uint8Array,
  offset: number,
  length: number,
): boolean {
  if (length < 4) return false;
  const seed = new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(0);
  const salt = hashBytes(key, 0, key.length);
  for (let at = 4; at < length; at++) {
    if (bytes[offset + at] !== ((seed + salt + at * 31) & 255)) return false;
  }
  return true;
}

/** What the readers saw, and how the table ended. */
export interface ChurnReport {
  readonly lookups: number;
  readonly hits: number;
  readonly torn: number;
  readonly missed: number;
  /** Keys whose final value differs from the model's. */
  readonly wrong: readonly number[];
  readonly size: number;
  readonly modelSize: number;
  readonly touchedBytes: number;
}

export interface ChurnOptions {
  readonly operations: number;
  readonly readers: number;
  readonly names: number;
  readonly seed: number;
}

/** Runs the churn to its end; the readers are stopped then. */
export async function churn(options: ChurnOptions): Promise<ChurnReport> {
  const table = createNameTable({ initialSlotBits: 3, maxSlotBits: 16, arenaBytes: 1 << 28 });
  const board = new Int32Array(new SharedArrayBuffer(BOARD.words * 4));
  const writer = new NameTableWriter(table);
  const model = new Map<number, Uint8Array>();
  for (let index = 0; index < STABLE_NAMES; index++)
    put(writer, model, index, churnValue(churnKey(index), index, 8));
  const threads = Array.from({ length: options.readers }, (_, readerIndex) => {
    const workerData = { table, board, readerIndex, names: options.names };
    return new Worker(new URL('./names-reader-thread.ts', import.meta.url), { workerData });
  });
  const ended = threads.map((thread) => once(thread, 'exit'));
  while (Atomics.load(board, BOARD.ready) < options.readers)
    await Atomics.waitAsync(board, BOARD.ready, Atomics.load(board, BOARD.ready), 50).value;
  change(writer, model, options);
  Atomics.store(board, BOARD.stop, 1);
  await Promise.all(ended);
  return report(options, new NameTableReader(table, 127), writer, model, board);
}

function put(
  writer: NameTableWriter,
  model: Map<number, Uint8Array>,
  index: number,
  value: Uint8Array,
): void {
  writer.put(churnKey(index), value);
  model.set(index, value);
}

function change(
  writer: NameTableWriter,
  model: Map<number, Uint8Array>,
  options: ChurnOptions,
): void {
  const random = randomNumbers(options.seed);
  for (let operation = 0; operation < options.operations; operation++) {
    const index = random() % options.names;
    if (index >= STABLE_NAMES && random() % 3 === 0) {
      writer.delete(churnKey(index));
      model.delete(index);
    } else {
      const length = 4 + (random() % 100 === 0 ? random() % 20_000 : random() % 60);
      put(writer, model, index, churnValue(churnKey(index), random(), length));
    }
  }
}

function report(
  options: ChurnOptions,
  reader: NameTableReader,
  writer: NameTableWriter,
  model: ReadonlyMap<number, Uint8Array>,
  board: Int32Array,
): ChurnReport {
  const wrong: number[] = [];
  for (let index = 0; index < options.names; index++) {
    const key = churnKey(index);
    const isFound = reader.find(key, 0, key.length);
    const seen = isFound
      ? Buffer.from(
          reader.bytes.subarray(reader.valueOffset, reader.valueOffset + reader.valueLength),
        )
      : undefined;
    const expected = model.get(index);
    if (
      seen === undefined ? expected !== undefined : expected === undefined || !seen.equals(expected)
    )
      wrong.push(index);
  }
  return {
    lookups: board[BOARD.lookups] ?? 0,
    hits: board[BOARD.hits] ?? 0,
    torn: board[BOARD.torn] ?? 0,
    missed: board[BOARD.missed] ?? 0,
    wrong,
    size: writer.size,
    modelSize: model.size,
    touchedBytes: writer.touchedBytes,
  };
}

/** Repeatable 31-bit numbers (xorshift). */
function randomNumbers(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0x7fff_ffff;
  };
}

// A reader thread of names-churn.ts: looks names up in batches until it is told to stop, and counts
// what it saw on the board.
import { workerData } from 'node:worker_threads';
import type { NameTableBuffers } from '../../src/names/buffers.ts';
import { NameTableReader } from '../../src/names/table-reader.ts';
import { BOARD, churnKey, isWhole, STABLE_NAMES } from './names-churn.ts';

interface Task {
  readonly table: NameTableBuffers;
  readonly board: Int32Array;
  readonly readerIndex: number;
  readonly names: number;
}

const { table, board, readerIndex, names } = workerData as Task;
const reader = new NameTableReader(table, readerIndex);
const keys = Array.from({ length: names }, (_, index) => churnKey(index));
const BATCH = 32;

function look(index: number): void {
  const key = keys[index] ?? new Uint8Array(0);
  Atomics.add(board, BOARD.lookups, 1);
  if (!reader.find(key, 0, key.length)) {
    if (index < STABLE_NAMES) Atomics.add(board, BOARD.missed, 1);
    return;
  }
  Atomics.add(board, BOARD.hits, 1);
  const { valueOffset, valueLength } = reader;
  const isIntact =
    isWhole(key, reader.bytes, valueOffset, valueLength) &&
    // Once more: space must not be reused while the batch lasts.
    isWhole(key, reader.bytes, valueOffset, valueLength);
  if (!isIntact) Atomics.add(board, BOARD.torn, 1);
}

Atomics.add(board, BOARD.ready, 1);
Atomics.notify(board, BOARD.ready);
let next = readerIndex;
while (Atomics.load(board, BOARD.stop) === 0) {
  reader.enter();
  for (let count = 0; count < BATCH; count++) {
    next = (next * 5 + 7) % names;
    look(count % 4 === 0 ? next % STABLE_NAMES : next);
  }
  reader.leave();
}

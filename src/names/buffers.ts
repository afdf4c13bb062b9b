// The shared memory of one name table: three fixed SharedArrayBuffers, made by the control thread
// and handed to the serving threads as plain data. Only the layout and its constants live here; see
// table-writer.ts and table-reader.ts.
//
//   control (Int32 words)        slots (Int32 words)                     arena (bytes, addressed in units of 8)
//   +--------------------+       +------------------------------+        +--------------------------------------+
//   | 0 region selector -|-----> | region: capacity 2^bits      |   +--> | hash          Int32                  |
//   | 1 epoch (odd)      |       |   0    empty                 |   |    | value length  Int32                  |
//   |   ...              |       |  -1    deleted, probe on     |   |    | key length    1 octet                |
//   | 16 reader 0        |       |  n>0   unit of a record -----|---+    | key           0..255 octets          |
//   | 32 reader 1        |       +------------------------------+        | value, then padding to the next unit |
//   | ...  0 = idle      |       two regions a capacity, so that         +--------------------------------------+
//   +--------------------+       a rehash never overwrites the live one   immutable once a slot points at it
//
// A selector is bits * 2 + side; its region starts at word (2 + side) * 2^bits, so all regions of
// all sizes lie in one buffer without overlap and one Int32 names them. Unit 0 of the arena is
// never used: slot value 0 means empty. Pages of a SharedArrayBuffer cost nothing until touched,
// hence the generous reserves.

/** The buffers of one name table; structured-clonable, for workerData or postMessage. */
export interface NameTableBuffers {
  readonly control: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
  readonly arena: SharedArrayBuffer;
}

/** Sizes of a table. All are reserves of address space, not of memory. */
export interface NameTableOptions {
  /** Octets for records; default 512 MiB, about ten million names. At most 4 GiB. */
  readonly arenaBytes?: number;
  /** log2 of the first slot region; default 10. */
  readonly initialSlotBits?: number;
  /** log2 of the largest slot region; default 22, good for 2.6 million names. */
  readonly maxSlotBits?: number;
  /** How many readers (serving threads) may attach; default 128. */
  readonly readers?: number;
}

export const UNIT_BYTES = 8;
export const WORDS_PER_UNIT = 2;
/** Offset of the key length within a record; the key follows it. */
export const KEY_LENGTH_OFFSET = 8;
export const KEY_OFFSET = 9;
export const MAX_KEY_LENGTH = 255;

export const CONTROL_REGION = 0;
export const CONTROL_EPOCH = 1;
/** One cache line a reader, so that entering and leaving threads do not fight over one. */
export const READER_STRIDE = 16;
export const READER_IDLE = 0;

export const SLOT_EMPTY = 0;
export const SLOT_DELETED = -1;

/** The first slot word of the region that a selector names. */
export function regionStart(selector: number): number {
  return (2 + (selector & 1)) << (selector >> 1);
}

/** The control word of one reader. */
export function readerWord(readerIndex: number): number {
  return READER_STRIDE * (readerIndex + 1);
}

/** The number of readers that a control buffer has room for. */
export function readerCapacity(control: SharedArrayBuffer): number {
  return control.byteLength / Int32Array.BYTES_PER_ELEMENT / READER_STRIDE - 1;
}

/** log2 of the largest region that fits a slots buffer. */
export function largestSlotBits(slots: SharedArrayBuffer): number {
  return 31 - Math.clz32(slots.byteLength / Int32Array.BYTES_PER_ELEMENT) - 2;
}

/** Reserves an empty table. */
export function createNameTable(options: NameTableOptions = {}): NameTableBuffers {
  const maxSlotBits = options.maxSlotBits ?? 22;
  const initialSlotBits = Math.min(options.initialSlotBits ?? 10, maxSlotBits);
  const words = Int32Array.BYTES_PER_ELEMENT;
  const table = {
    control: new SharedArrayBuffer(((options.readers ?? 128) + 1) * READER_STRIDE * words),
    slots: new SharedArrayBuffer((4 << maxSlotBits) * words),
    arena: new SharedArrayBuffer(options.arenaBytes ?? 512 * 1024 * 1024),
  };
  const control = new Int32Array(table.control);
  control[CONTROL_REGION] = initialSlotBits * 2;
  control[CONTROL_EPOCH] = 1;
  return table;
}

// The few numbers that the control thread tells the serving threads of a kubernetes block besides its name table: how far the first
// state has come, and the serial numbers of its zones. One Int32 each in shared memory, so a plain store publishes.
//
//   filling ──► synced
//      └──(time is up)──► unsynced ──► synced

const WORD_PHASE = 0;
const WORD_SERIAL = 1;
const WORDS = 4;

/** Which zone content a serial belongs to: cluster zones, k8s_external zones, multicluster zones. */
export type SerialKind = 'cluster' | 'external' | 'multicluster';

const UNSYNCED = 0;
const SYNCED = 1;
const FILLING = 2;

const SERIAL_KINDS: readonly SerialKind[] = ['cluster', 'external', 'multicluster'];

/** A buffer for SharedState; not synced, all serials 0. */
export function createSharedState(): SharedArrayBuffer {
  return new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT);
}

/** Both sides' view of the buffer; only the control thread sets. */
export class SharedState {
  readonly #words: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
  }

  /** Whether the first state is complete: what is not in the table does not exist. */
  get isSynced(): boolean {
    return Atomics.load(this.#words, WORD_PHASE) === SYNCED;
  }

  /** Whether the first state is arriving, so that what is missing is worth waiting for. */
  get isFilling(): boolean {
    return Atomics.load(this.#words, WORD_PHASE) === FILLING;
  }

  setSynced(): void {
    Atomics.store(this.#words, WORD_PHASE, SYNCED);
  }

  setFilling(): void {
    Atomics.store(this.#words, WORD_PHASE, FILLING);
  }

  /** Time is up: nobody waits for the rest any more. */
  endFilling(): void {
    if (this.isFilling) Atomics.store(this.#words, WORD_PHASE, UNSYNCED);
  }

  /** A SOA serial, 0 before the first change. */
  serial(kind: SerialKind): number {
    return (this.#words[WORD_SERIAL + SERIAL_KINDS.indexOf(kind)] ?? 0) >>> 0;
  }

  /** Sets a serial; Unix seconds fit until 2106. */
  setSerial(kind: SerialKind, serial: number): void {
    Atomics.store(this.#words, WORD_SERIAL + SERIAL_KINDS.indexOf(kind), serial | 0);
  }
}

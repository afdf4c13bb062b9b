// The name table as the record builder sees it: puts and deletes by key, with the table's own limits caught. A full table
// must not end a watch: the old answers stay, and one line says so.

import { RuntimeFault } from '../../base/runtime-error.ts';
import type { Logger } from '../../log/logger.ts';
import { MAX_KEY_LENGTH } from '../../names/buffers.ts';
import type { NameTableWriter, RecordDraft } from '../../names/table-writer.ts';

/** Writes records; never throws. */
export class TableRecords {
  readonly #writer: NameTableWriter;
  readonly #log: Logger;
  #isFullReported = false;

  constructor(writer: NameTableWriter, log: Logger) {
    this.#writer = writer;
    this.#log = log;
  }

  /** Sets a value; a key longer than any name is left out, as nobody can ask for it. */
  put(key: Uint8Array, value: Uint8Array): void {
    if (key.length > MAX_KEY_LENGTH) return;
    try {
      this.#writer.put(key, value);
    } catch (error) {
      this.#reportFull(error);
    }
  }

  /** Adds a record; false when its key is there already, or longer than any name. */
  add(draft: RecordDraft): boolean {
    if (draft.keyEnd - draft.keyStart > MAX_KEY_LENGTH) return false;
    try {
      return this.#writer.add(draft);
    } catch (error) {
      this.#reportFull(error);
      return true;
    }
  }

  #reportFull(error: unknown): void {
    if (!(error instanceof RuntimeFault)) throw error;
    if (!this.#isFullReported) this.#log.error(`${error.message}; later records are missing`);
    this.#isFullReported = true;
  }

  delete(key: Uint8Array): void {
    if (key.length <= MAX_KEY_LENGTH) this.#writer.delete(key);
  }
}

// Standard input as text, read synchronously to its end. Manifests come this way in pipes (`helm template | ...`); reading with
// fs.readFileSync(0) would fail on a pipe whose writer is not ready yet and that is set not to block.

import { readSync } from 'node:fs';

/** Reads into the buffer, returns the number of octets, 0 at the end; may throw EAGAIN when there are none yet. */
export type ReadOctets = (buffer: Uint8Array) => number;

const CHUNK_OCTETS = 64 * 1024;
const RETRY_MS = 10;

/** All text up to the end. */
export function readToEnd(read: ReadOctets): string {
  const chunks: Uint8Array[] = [];
  const buffer = new Uint8Array(CHUNK_OCTETS);
  for (;;) {
    const length = readOrWait(read, buffer);
    if (length === 0) return Buffer.concat(chunks).toString('utf8');
    if (length > 0) chunks.push(buffer.slice(0, length));
  }
}

/** -1 when there was nothing yet. */
function readOrWait(read: ReadOctets, buffer: Uint8Array): number {
  try {
    return read(buffer);
  } catch (error) {
    const { code } = error as { readonly code?: string };
    // A closed terminal or pipe of Windows ends with an error instead of nothing.
    if (code === 'EOF') return 0;
    if (code !== 'EAGAIN') throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    return -1;
  }
}

let processInput: string | undefined;

/** Standard input belongs to the process and can be read once; a reload or a second block gets the same text again. */
export function readProcessInput(): string {
  processInput ??= readToEnd((buffer) => readSync(0, buffer));
  return processInput;
}

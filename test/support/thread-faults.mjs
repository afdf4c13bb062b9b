// Makes the serving threads of a server under test fail: preload it with NODE_OPTIONS=--import=FILE. A thread hangs while the file
// hang-INDEX is in the server's folder, and throws when a file whose name begins with die-INDEX appears.

import { existsSync, watch } from 'node:fs';
import { isMainThread, workerData } from 'node:worker_threads';

const LOOK_MS = 20;

function obey(index, name) {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  if (name === `hang-${index}`) while (existsSync(name)) Atomics.wait(cell, 0, 0, LOOK_MS);
  if (name.startsWith(`die-${index}`)) throw new Error('told to die');
}

if (!isMainThread) watch('.', (_event, name) => obey(workerData.readerIndex, name)).unref();

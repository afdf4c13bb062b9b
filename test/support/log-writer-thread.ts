// A thread that writes numbered lines into a log ring as fast as it can; see
// test/unit/log/ring-drain.test.ts.
import { workerData } from 'node:worker_threads';
import { LineRingWriter } from '../../src/log/line-ring.ts';

const { ring, lines } = workerData as { readonly ring: SharedArrayBuffer; readonly lines: number };
const writer = new LineRingWriter(ring);
for (let line = 0; line < lines; line++) writer.appendText(`${line} ${'z'.repeat(line % 50)}\n`);

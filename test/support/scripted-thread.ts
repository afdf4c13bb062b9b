// A stand-in for a serving thread (worker entry): replies to orders as the real one does, and fails as the words of its
// shared memory say. It tells what it was told by `series` messages, whose announcement is a text here.

import { parentPort, workerData } from 'node:worker_threads';
import type { FromServing, ThreadBuffers, ToServing } from '../../src/server/serving-config.ts';
import { Word } from './scripted-words.ts';

const port = parentPort;
if (port === null) throw new Error('scripted-thread is the entry of a worker thread');
const buffers = workerData as ThreadBuffers;
const words = new Int32Array(buffers.metrics);
const post = (message: unknown): void => port.postMessage(message as FromServing);
const tell = (text: string): void => post({ kind: 'series', announcement: text });

/** Takes one off a word; true while there was one. */
const take = (word: number): boolean => Atomics.sub(words, word, 1) > 0;

Atomics.add(words, Word.STARTS, 1);
if (take(Word.DIE_AT_START)) process.exit(1);

port.on('message', (order: ToServing) => {
  switch (order.kind) {
    case 'prepare': {
      const { generation } = order.config;
      tell(`prepare ${generation}`);
      if (take(Word.DIE_AT_PREPARE)) throw new Error('died while preparing');
      const error = take(Word.FAIL_PREPARE) ? 'Listen: no' : undefined;
      post({ kind: 'prepared', generation, error });
      return;
    }
    case 'commit':
      tell(`commit ${order.generation}`);
      if (take(Word.DIE_AT_COMMIT)) throw new Error('died while committing');
      post({ kind: 'committed', generation: order.generation });
      return;
    case 'abandon':
      tell(`abandon ${order.generation}`);
      return;
    case 'publish':
      if (order.channel === 'die') throw new Error('died while serving');
      if (order.channel === 'block') {
        tell('blocked');
        Atomics.wait(words, Word.BLOCKED, 1);
      }
      tell(`publish ${order.generation} ${order.channel} ${String(order.data)}`);
      return;
    case 'answer':
      return;
    case 'probe':
      post({ kind: 'probed' });
      tell('probe');
      return;
    case 'load':
      break;
    case 'stop':
      tell('stop');
      if (take(Word.DIE_AT_STOP)) process.exit(1);
      post({ kind: 'stopped' });
  }
});

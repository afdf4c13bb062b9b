// Opens, uses and closes listeners of the native addon in every way that gives memory back, for the leak check of
// scripts/check-native. A program of its own: `node native-exercise.ts ADDON`, in threads of the same file too.

import dgram from 'node:dgram';
import { once } from 'node:events';
import { constants } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { loadUdpAddon, type UdpAddon } from '../../src/native/udp-addon.ts';
import { UdpBatchListener } from '../../src/transport/udp-batch.ts';
import { exchange } from './datagrams.ts';

const ROUNDS = 50;

function load(path: string | undefined): UdpAddon {
  const addon = loadUdpAddon(path);
  if (typeof addon === 'string') throw new Error(addon);
  return addon;
}

/** Sync and late answers, closed in between. */
async function answer(addon: UdpAddon): Promise<void> {
  const listener = await UdpBatchListener.open(addon, '', 0, (datagram) => {
    if (datagram.length === 1) return datagram.send(datagram.copy());
    return new Promise((resolve) => {
      setImmediate(() => {
        datagram.send(new Uint8Array(1));
        resolve();
      });
    });
  });
  await exchange(listener.port, '127.0.0.1', 'a');
  await exchange(listener.port, '::1', 'bc');
  await listener.close();
}

/** Replies still wait for a writable socket when it is closed. */
async function closeWithBacklog(addon: UdpAddon): Promise<void> {
  const listener = await UdpBatchListener.open(addon, '127.0.0.1', 0, (datagram) => {
    for (let i = 0; i < 3; i++) datagram.send(datagram.copy());
  });
  process.env['NODENS_SENDMMSG_PLAN'] = `1${`,-${constants.errno.EAGAIN}`.repeat(20)}`;
  await exchange(listener.port, '127.0.0.1', 'a');
  await listener.close();
  process.env['NODENS_SENDMMSG_PLAN'] = '';
}

/** A thread that is ended while it serves. */
async function terminate(path: string): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: path });
  const [port] = (await once(worker, 'message')) as [number];
  const client = dgram.createSocket('udp4');
  for (let i = 0; i < 300; i++) client.send('q', port, '127.0.0.1');
  await once(client, 'message');
  await worker.terminate();
  client.close();
}

async function main(path: string | undefined): Promise<void> {
  const addon = load(path);
  for (let round = 0; round < ROUNDS; round++) {
    await answer(addon);
    await closeWithBacklog(addon);
    // An address that cannot be bound.
    await UdpBatchListener.open(addon, '192.0.2.77', 0, () => undefined).catch(() => undefined);
  }
  for (let round = 0; round < 5; round++) await terminate(path ?? '');
}

async function serve(): Promise<void> {
  const addon = load(workerData as string);
  const listener = await UdpBatchListener.open(addon, '127.0.0.1', 0, (datagram) =>
    datagram.send(datagram.copy()),
  );
  parentPort?.postMessage(listener.port);
}

await (isMainThread ? main(process.argv[2]) : serve());

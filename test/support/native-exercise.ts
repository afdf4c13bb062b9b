// Opens, uses and closes listeners of the native addon in every way that gives memory back, for the leak check of
// scripts/check-native. A program of its own: `node native-exercise.ts ADDON`, in threads of the same file too.

import dgram from 'node:dgram';
import { once } from 'node:events';
import { constants } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { loadUdpAddon, type UdpAddon } from '../../src/native/udp-addon.ts';
import { openUdpBatch } from '../../src/transport/udp-batch-wildcard.ts';
import { BatchSocket } from '../../src/upstream/batch-socket.ts';
import { LinkMemory } from '../../src/upstream/link-memory.ts';
import { EchoServer, exchange } from './datagrams.ts';

const ROUNDS = 50;

function load(path: string | undefined): UdpAddon {
  const addon = loadUdpAddon(path);
  if (typeof addon === 'string') throw new Error(addon);
  return addon;
}

/** Sync and late answers, closed in between. */
async function answer(addon: UdpAddon): Promise<void> {
  const listener = await openUdpBatch(addon, '', 0, (datagram) => {
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
  const listener = await openUdpBatch(addon, '127.0.0.1', 0, (datagram) => {
    for (let i = 0; i < 3; i++) datagram.send(datagram.copy());
  });
  process.env['NODENS_SENDMMSG_PLAN'] = `1${`,-${constants.errno.EAGAIN}`.repeat(20)}`;
  await exchange(listener.port, '127.0.0.1', 'a');
  await listener.close();
  process.env['NODENS_SENDMMSG_PLAN'] = '';
}

/** Queries over a link: answered, refused, waiting for a writable socket when it is closed. */
async function ask(addon: UdpAddon, memory: LinkMemory): Promise<void> {
  const server = await EchoServer.start();
  const place = { host: '127.0.0.1', port: server.port, sourceAddress: undefined };
  const { promise, resolve } = Promise.withResolvers<void>();
  const answered = new BatchSocket(addon, memory, place, {
    offer: () => false,
    receive: () => resolve(),
    fail,
    failSend,
  });
  answered.send(new Uint8Array(12), 1);
  await promise;
  answered.close();
  await server.stop();
  await new Promise<void>((done) => {
    const refused = new BatchSocket(addon, memory, place, {
      offer: () => false,
      receive: fail,
      failSend,
      fail: () => {
        refused.close();
        done();
      },
    });
    refused.send(new Uint8Array(12), 1);
  });
  const waiting = new BatchSocket(addon, memory, place, {
    offer: () => false,
    receive: fail,
    fail,
    failSend,
  });
  process.env['NODENS_SENDMMSG_PLAN'] = `-${constants.errno.EAGAIN},-${constants.errno.EAGAIN}`;
  waiting.send(new Uint8Array(12), 1);
  memory.flush();
  waiting.close();
  process.env['NODENS_SENDMMSG_PLAN'] = '';
}

function fail(): void {
  throw new Error('not expected');
}

const failSend = fail;

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
  const memory = new LinkMemory(addon.linkLayout);
  for (let round = 0; round < ROUNDS; round++) {
    await ask(addon, memory);
    await answer(addon);
    await closeWithBacklog(addon);
    // An address that cannot be bound.
    await openUdpBatch(addon, '192.0.2.77', 0, () => undefined).catch(() => undefined);
  }
  for (let round = 0; round < 5; round++) await terminate(path ?? '');
}

async function serve(): Promise<void> {
  const addon = load(workerData as string);
  const listener = await openUdpBatch(addon, '127.0.0.1', 0, (datagram) =>
    datagram.send(datagram.copy()),
  );
  parentPort?.postMessage(listener.port);
}

await (isMainThread ? main(process.argv[2]) : serve());

// Listeners of the batch path that end with their thread: nothing may abort the process, whatever the thread does.

import dgram from 'node:dgram';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { loadUdpAddon } from '../../../src/native/udp-addon.ts';
import { exchange } from '../../support/datagrams.ts';
import { buildNative } from '../../support/native-build.ts';

const build = buildNative([]);
const loaded = loadUdpAddon(build.path);
afterAll(() => build.remove());

describe.skipIf(typeof loaded === 'string')('the end of a thread', () => {
  const program = (body: string): string => `
    import { workerData, parentPort } from 'node:worker_threads';
    import { loadUdpAddon } from ${JSON.stringify(new URL('../../../src/native/udp-addon.ts', import.meta.url).href)};
    import { UdpBatchListener } from ${JSON.stringify(new URL('../../../src/transport/udp-batch.ts', import.meta.url).href)};
    const addon = loadUdpAddon(workerData);
    const open = (receive) => new UdpBatchListener(addon, '127.0.0.1', 0, receive);
    ${body}`;

  async function start(body: string): Promise<{ worker: Worker; port: number }> {
    const url = new URL(`data:text/javascript,${encodeURIComponent(program(body))}`);
    const worker = new Worker(url, { workerData: build.path });
    const [port] = (await once(worker, 'message')) as [number];
    return { worker, port };
  }

  test('terminate() ends a thread with open sockets, at rest and under load', async () => {
    for (const hasLoad of [false, true, true]) {
      const { worker, port } = await start(`
        const listeners = [await open((d) => d.send(d.copy())), await open(() => undefined)];
        parentPort.postMessage(listeners[0].port);`);
      const client = dgram.createSocket('udp4');
      if (hasLoad) for (let i = 0; i < 500; i++) client.send('q', port, '127.0.0.1');
      if (hasLoad) await once(client, 'message');
      expect(await worker.terminate()).toBe(1);
      client.close();
    }
  });

  test('terminate() ends a thread that never returns from a query', async () => {
    const { worker, port } = await start(`
      const listener = await open(() => { parentPort.postMessage(0); for (;;); });
      parentPort.postMessage(listener.port);`);
    const client = dgram.createSocket('udp4');
    client.send('q', port, '127.0.0.1');
    await once(worker, 'message');
    expect(await worker.terminate()).toBe(1);
    client.close();
  });

  test('a thread ends by itself when its listeners are closed', async () => {
    const { worker, port } = await start(`
      const listener = await open((d) => { d.send(d.copy()); void listener.close(); });
      parentPort.postMessage(listener.port);`);
    const over = once(worker, 'exit');
    expect((await exchange(port, '127.0.0.1', 'q')).text).toBe('q');
    expect(await over).toEqual([0]);
  });

  test('an uncaught exception ends the thread, and the process lives', async () => {
    const { worker, port } = await start(`
      const listener = await open(() => { throw new Error('for all to see'); });
      parentPort.postMessage(listener.port);`);
    const failed = once(worker, 'error');
    const client = dgram.createSocket('udp4');
    client.send('q', port, '127.0.0.1');
    expect(String((await failed)[0])).toContain('for all to see');
    client.close();
  });

  test('process.exit() in a query ends the thread', async () => {
    const { worker, port } = await start(`
      const listener = await open(() => process.exit(7));
      parentPort.postMessage(listener.port);`);
    const over = once(worker, 'exit');
    const client = dgram.createSocket('udp4');
    client.send('q', port, '127.0.0.1');
    expect(await over).toEqual([7]);
    client.close();
  });
});

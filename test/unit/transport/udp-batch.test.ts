// What is special to the batch path: many datagrams a call, replies in shared memory, sends that the kernel refuses or
// takes in part. What both transports share is in udp.test.ts, the end of threads in udp-batch-threads.test.ts.

import dgram from 'node:dgram';
import { once } from 'node:events';
import { constants } from 'node:os';
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { loadUdpAddon, type UdpAddon } from '../../../src/native/udp-addon.ts';
import type { Datagram, DatagramReceiver } from '../../../src/transport/datagram.ts';
import { UdpBatchListener } from '../../../src/transport/udp-batch.ts';
import { exchange } from '../../support/datagrams.ts';
import { buildNative, setForTest } from '../../support/native-build.ts';

// The build whose sendmmsg fails on demand. It stays loaded, so its file is removed only at the end.
const build = buildNative(['--faults']);
const loaded = loadUdpAddon(build.path);
afterAll(() => build.remove());

const listeners: UdpBatchListener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

function listen(receive: DatagramReceiver): UdpBatchListener {
  const listener = new UdpBatchListener(loaded as UdpAddon, '127.0.0.1', 0, receive);
  listeners.push(listener);
  return listener;
}

const echo: DatagramReceiver = (datagram) => datagram.send(datagram.copy());
const textOf = (datagram: Datagram): string => Buffer.from(datagram.copy()).toString();

/** Sends all texts from one socket before the listener's thread comes to read; resolves to `count` replies. */
async function burst(port: number, texts: readonly string[], count: number): Promise<string[]> {
  const client = dgram.createSocket('udp4');
  const replies: string[] = [];
  const areThere = new Promise<void>((resolve) =>
    client.on('message', (data) => {
      if (replies.push(data.toString()) === count) resolve();
    }),
  );
  client.bind(0, '127.0.0.1');
  await once(client, 'listening');
  client.setRecvBufferSize(1 << 20);
  for (const text of texts) client.send(text, port, '127.0.0.1');
  await areThere;
  client.close();
  return replies;
}

/** Takes the place of vitest's own listeners for the rest of a test; the texts of what was thrown. */
function uncaughtExceptions(): string[] {
  const texts: string[] = [];
  const others = process.listeners('uncaughtException');
  const note = (error: Error): void => void texts.push(error.message);
  for (const other of others) process.off('uncaughtException', other);
  process.on('uncaughtException', note);
  onTestFinished(() => {
    process.off('uncaughtException', note);
    for (const other of others) process.on('uncaughtException', other);
  });
  return texts;
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`);

describe.skipIf(typeof loaded === 'string')('the batch path', () => {
  test('answers 1,000 datagrams at once, in their order', async () => {
    const { port } = listen(echo);
    // A receive buffer holds them all.
    expect(await burst(port, numbers(1000), 1000)).toEqual(numbers(1000));
  });

  test('cuts a datagram at 512 octets and says so', async () => {
    const seen: [number, boolean][] = [];
    const { port } = listen((datagram) => {
      seen.push([datagram.length, datagram.isTruncated]);
      datagram.send(datagram.copy());
    });
    await exchange(port, '127.0.0.1', 'x'.repeat(512));
    await exchange(port, '127.0.0.1', 'x'.repeat(513));
    await exchange(port, '127.0.0.1', 'x');
    expect(seen).toEqual([
      [512, false],
      [512, true],
      [1, false],
    ]);
  });

  test('sends what is listed when the list or its memory gets full within a batch', async () => {
    const { port } = listen((datagram) => {
      for (const text of numbers(150)) datagram.send(Buffer.from(text));
      for (let i = 0; i < 4; i++) datagram.send(Buffer.alloc(40_000, `${i}`));
    });
    const replies = await burst(port, ['q'], 154);
    expect(replies.slice(0, 150)).toEqual(numbers(150));
    expect(replies.slice(150).map((reply) => [reply.length, reply[0]])).toEqual([
      [40_000, '0'],
      [40_000, '1'],
      [40_000, '2'],
      [40_000, '3'],
    ]);
  });

  test('a late answer goes to its client though its slot has been used again and again', async () => {
    let release = (): void => undefined;
    const { port } = listen((datagram) => {
      if (textOf(datagram) !== 'late') return datagram.send(datagram.copy());
      return new Promise((resolve) => {
        release = () => {
          datagram.send(Buffer.from(`${datagram.address}:${datagram.port}`));
          resolve();
        };
      });
    });
    const client = dgram.createSocket('udp4');
    const answer = once(client, 'message');
    client.send('late', port, '127.0.0.1');
    await burst(port, numbers(200), 200);
    release();
    const [data] = (await answer) as [Buffer];
    expect(data.toString()).toBe(`127.0.0.1:${client.address().port}`);
    client.close();
  });

  test('late answers of one turn are sent by one system call', async () => {
    const real = loaded as UdpAddon;
    let flushes = 0;
    const flush: UdpAddon['flush'] = (handle) => {
      flushes++;
      real.flush(handle);
    };
    const late: (() => void)[] = [];
    const answerAll = (): void => {
      for (const each of late) each();
    };
    const receive: DatagramReceiver = (datagram) =>
      new Promise((resolve) => {
        const copy = datagram.copy();
        const answer = (): void => {
          datagram.send(copy);
          resolve();
        };
        if (late.push(answer) === 10) setImmediate(answerAll);
      });
    const listener = new UdpBatchListener({ ...real, flush }, '127.0.0.1', 0, receive);
    listeners.push(listener);
    expect(await burst(listener.port, numbers(10), 10)).toEqual(numbers(10));
    expect(flushes).toBe(1);
  });

  test('more late answers than a batch has slots are sent all', async () => {
    const late: (() => void)[] = [];
    const { port } = listen(
      (datagram) =>
        new Promise((resolve) => {
          const copy = datagram.copy();
          const answer = (): void => {
            datagram.send(copy);
            resolve();
          };
          if (late.push(answer) === 200) for (const each of late) each();
        }),
    );
    expect(await burst(port, numbers(200), 200)).toEqual(numbers(200));
    // Their datagrams are used again.
    late.length = 0;
    expect(await burst(port, numbers(200), 200)).toEqual(numbers(200));
  });

  test('a late answer is given once: what is sent after its promise is dropped', async () => {
    const { port } = listen(async (datagram) => {
      const copy = datagram.copy();
      await Promise.resolve();
      if (copy.length === 5) setImmediate(() => datagram.send(Buffer.from('stray')));
      else datagram.send(copy);
    });
    const client = dgram.createSocket('udp4');
    client.send('early', port, '127.0.0.1');
    await new Promise(setImmediate);
    expect(await burst(port, ['a', 'b'], 2)).toEqual(['a', 'b']);
    client.close();
  });

  test('microtasks run after each batch without anything else waking the loop', async () => {
    const { port } = listen(async (datagram) => {
      const copy = datagram.copy();
      await Promise.resolve();
      datagram.send(copy);
    });
    expect((await exchange(port, '127.0.0.1', 'q')).text).toBe('q');
  });

  test('a receiver that throws loses its own reply only; the process sees the exception', async () => {
    const thrown = uncaughtExceptions();
    const { port } = listen((datagram) => {
      if (textOf(datagram) === '1') throw new Error('one query');
      datagram.send(datagram.copy());
    });
    expect(await burst(port, ['0', '1', '2'], 2)).toEqual(['0', '2']);
    await vi.waitFor(() => expect(thrown).toEqual(['one query']));
    expect((await exchange(port, '127.0.0.1', 'again')).text).toBe('again');
  });

  test('a tick that throws after a batch is the process’s to see, and the replies are sent', async () => {
    const thrown = uncaughtExceptions();
    const { port } = listen((datagram) => {
      process.nextTick(() => {
        throw new Error('in a tick');
      });
      datagram.send(datagram.copy());
    });
    expect((await exchange(port, '127.0.0.1', 'q')).text).toBe('q');
    expect(thrown).toEqual(['in a tick']);
  });

  test('a reply that comes after its call without a promise is dropped, not sent to another client', async () => {
    const { port } = listen((datagram) => {
      if (textOf(datagram) === 'early') setImmediate(() => datagram.send(Buffer.from('stray')));
      else datagram.send(datagram.copy());
    });
    const client = dgram.createSocket('udp4');
    client.send('early', port, '127.0.0.1');
    await new Promise(setImmediate);
    expect(await burst(port, ['a', 'b'], 2)).toEqual(['a', 'b']);
    client.close();
  });

  test('counts datagrams that found the receive buffer full', async () => {
    const listener = listen(() => undefined);
    expect(listener.kernelDrops()).toBe(0);
    const client = dgram.createSocket('udp4');
    client.bind(0, '127.0.0.1');
    await once(client, 'listening');
    client.connect(listener.port, '127.0.0.1');
    await once(client, 'connect');
    // Synchronous sends: the listener, on the same thread, reads nothing meanwhile.
    const packet = Buffer.alloc(32_768);
    const { receiveBufferOctets } = listener.counts();
    for (let octets = 0; octets < 2 * receiveBufferOctets; octets += packet.length)
      client.send(packet);
    await vi.waitFor(() => expect(listener.kernelDrops()).toBeGreaterThan(0));
    client.close();
  });

  test('keeps its last counts after close, and says nothing where the kernel says nothing', async () => {
    const listener = listen(echo);
    await listener.close();
    expect(listener.counts().receiveBufferOctets).toBeGreaterThan(0);
    await listener.close();
    const silent = {
      ...(loaded as UdpAddon),
      counts: () => ({ ...listener.counts(), kernelDrops: -1 }),
    };
    const other = new UdpBatchListener(silent, '127.0.0.1', 0, echo);
    expect(other.kernelDrops()).toBeUndefined();
    await other.close();
  });

  test('several listeners in one thread keep their clients apart', async () => {
    const all = numbers(5).map((text) => listen((datagram) => datagram.send(Buffer.from(text))));
    const answers = await Promise.all(all.map(({ port }) => exchange(port, '127.0.0.1', 'q')));
    expect(answers.map((answer) => answer.text)).toEqual(numbers(5));
  });
});

describe.skipIf(typeof loaded === 'string')('sends that fail', () => {
  const { EAGAIN, EINTR, EPERM } = constants.errno;

  test.each([
    ['taken in part', '1,2,1'],
    ['interrupted', `-${EINTR},3,-${EINTR}`],
    ['not taken until the socket is writable', `-${EAGAIN}`],
    ['not taken again and again', `2,-${EAGAIN},-${EAGAIN},1,-${EINTR},-${EAGAIN}`],
  ])('a batch that is %s is sent whole and in order', async (_case, plan) => {
    const { port } = listen(echo);
    setForTest('NODENS_SENDMMSG_PLAN', plan);
    expect(await burst(port, numbers(200), 200)).toEqual(numbers(200));
    expect(process.env['NODENS_SENDMMSG_PLAN']).toBe('');
  });

  test('one client that cannot be reached costs the others nothing', async () => {
    const listener = listen(echo);
    setForTest('NODENS_SENDMMSG_PLAN', `1,-${EPERM}`);
    expect(await burst(listener.port, numbers(10), 9)).toHaveLength(9);
    expect(listener.counts().failedSends).toBe(1);
  });

  test('a late answer waits for a writable socket, and others queue behind it', async () => {
    const listener = listen(async (datagram) => {
      const copy = datagram.copy();
      await new Promise(setImmediate);
      datagram.send(copy);
    });
    setForTest('NODENS_SENDMMSG_PLAN', `-${EAGAIN},-${EAGAIN},-${EPERM},-${EAGAIN}`);
    // The first is refused at the end.
    expect(await burst(listener.port, ['a', 'b', 'c'], 2)).toEqual(['b', 'c']);
    expect(listener.counts().failedSends).toBe(1);
  });

  test('what waits is bounded; the rest is dropped and counted', async () => {
    const { waiting, plan } = { waiting: 70, plan: `-${EAGAIN}` };
    const listener = listen((datagram) => {
      for (let i = 0; i < waiting; i++) datagram.send(Buffer.alloc(65_000));
      datagram.send(Buffer.from('end'));
    });
    setForTest('NODENS_SENDMMSG_PLAN', plan);
    await burst(listener.port, ['q'], 1);
    const { droppedReplies } = listener.counts();
    expect(droppedReplies).toBe(70 - Math.floor((4 << 20) / 65_000));
  });

  test('closing while replies wait lets go of them', async () => {
    const listener = listen((datagram) => {
      datagram.send(datagram.copy());
      datagram.send(datagram.copy());
    });
    setForTest('NODENS_SENDMMSG_PLAN', `1,-${EAGAIN},-${EAGAIN},-${EAGAIN},-${EAGAIN}`);
    await exchange(listener.port, '127.0.0.1', 'q');
    await listener.close();
    expect(listener.counts().droppedReplies).toBe(0);
  });
});

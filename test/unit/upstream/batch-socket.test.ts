// What is special to batched sockets to upstreams: many datagrams a call, sends that the kernel refuses or takes in part. What
// both ways share is in upstream.test.ts, which upstream-dgram.test.ts runs again.

import { constants } from 'node:os';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadUdpAddon, type UdpAddon } from '../../../src/native/udp-addon.ts';
import { BatchSocket } from '../../../src/upstream/batch-socket.ts';
import { LinkMemory } from '../../../src/upstream/link-memory.ts';
import { EchoServer } from '../../support/datagrams.ts';
import { buildNative, setForTest } from '../../support/native-build.ts';

// The build whose sendmmsg fails on demand. It stays loaded, so its file is removed only at the end.
const build = buildNative(['--faults']);
const loaded = loadUdpAddon(build.path);
afterAll(() => build.remove());

const { EAGAIN, EINTR, EPERM, EADDRINUSE } = constants.errno;

describe.skipIf(typeof loaded === 'string')('a batched socket', () => {
  const real = loaded as UdpAddon;
  let server: EchoServer;
  let sends = 0;
  let memory: LinkMemory;
  const open: BatchSocket[] = [];
  const events: string[] = [];
  let isOffered = false;

  beforeEach(async () => {
    server = await EchoServer.start();
    memory = new LinkMemory(real.linkLayout);
    sends = 0;
    events.length = 0;
    isOffered = false;
  });
  afterEach(async () => {
    for (const socket of open.splice(0)) socket.close();
    await server.stop();
  });

  function connect(parts: Partial<UdpAddon> = {}, port = server.port): BatchSocket {
    const sendLink: UdpAddon['sendLink'] = (handle) => {
      sends++;
      return real.sendLink(handle);
    };
    const place = { host: '127.0.0.1', port, sourceAddress: undefined };
    const socket = new BatchSocket({ ...real, sendLink, ...parts }, memory, place, {
      offer: () => isOffered,
      receive: (bytes) => events.push(`${((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)}`),
      fail: (word, error) => events.push(`${word} ${error.message}`),
      failSend: (id, error) => events.push(`${id} ${error.message}`),
    });
    open.push(socket);
    return socket;
  }

  const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}`);
  const send = (socket: BatchSocket, count: number, octets = 12): void => {
    for (let id = 0; id < count; id++) socket.send(new Uint8Array(octets), id);
  };
  const seen = (expected: readonly string[]): Promise<void> =>
    vi.waitFor(() => expect(events).toEqual(expected));

  test('sends the queries of one turn by one system call, with their IDs', async () => {
    const socket = connect();
    expect(socket.isGathering).toBe(false);
    send(socket, 50);
    expect([socket.isGathering, sends]).toEqual([true, 0]);
    await seen(numbers(50));
    expect([socket.isGathering, sends]).toEqual([false, 1]);
  });

  test('sends what is listed when the list or its memory gets full', async () => {
    const socket = connect();
    send(socket, 150);
    expect(sends).toBe(2);
    await seen(numbers(150));
    events.length = 0;
    sends = 0;
    send(socket, 5, 60_000);
    expect(sends).toBe(2);
    await seen(numbers(5));
  });

  test('several sockets share the memory', async () => {
    const sockets = [connect(), connect(), connect()];
    for (const [id, socket] of sockets.entries()) socket.send(new Uint8Array(12), id);
    await vi.waitFor(() => expect([...events].sort()).toEqual(numbers(3)));
    expect(sends).toBe(3);
  });

  test.each([
    ['taken in part', '1,2,1'],
    ['interrupted', `-${EINTR},3,-${EINTR}`],
    ['not taken until the socket is writable', `2,-${EAGAIN},-${EAGAIN},1,-${EINTR}`],
  ])('queries that are %s are sent all, in order', async (_case, plan) => {
    const socket = connect();
    setForTest('NODENS_SENDMMSG_PLAN', plan);
    send(socket, 10);
    await seen(numbers(10));
    // What is sent meanwhile goes behind them.
    send(socket, 3);
    await seen([...numbers(10), ...numbers(3)]);
  });

  test('tells which query could not be sent, and sends the others', async () => {
    const socket = connect();
    setForTest('NODENS_SENDMMSG_PLAN', `1,-${EPERM}`);
    send(socket, 4);
    await seen(['1 EPERM', '0', '2', '3']);
  });

  test('tells nothing of that while queries are handed over', async () => {
    const socket = connect();
    setForTest('NODENS_SENDMMSG_PLAN', `-${EPERM}`);
    send(socket, memory.maxQueries);
    expect([sends, events]).toEqual([1, []]);
    await seen(['0 EPERM', ...numbers(memory.maxQueries).slice(1)]);
  });

  test('takes a reply of every size', async () => {
    const socket = connect();
    socket.send(new Uint8Array(65_507), 7);
    await seen(['7']);
  });

  test('tries other ports when one is taken, at last the kernel’s choice', async () => {
    const ports: number[] = [];
    const openLink: UdpAddon['openLink'] = (...options) => {
      ports.push(options[3]);
      if (options[3] === 0) return real.openLink(...options);
      throw Object.assign(new Error('taken'), { code: 'EADDRINUSE', errno: EADDRINUSE });
    };
    send(connect({ openLink }), 1);
    await seen(['0']);
    expect([ports.length, ports.indexOf(0)]).toEqual([9, 8]);
  });

  test('tells later that it could not be opened, and takes queries until then', async () => {
    const openLink: UdpAddon['openLink'] = () => {
      throw new Error('no route');
    };
    const socket = connect({ openLink });
    send(socket, 1);
    expect([events, socket.localText()]).toEqual([[], undefined]);
    await seen(['dial no route']);
  });

  test('a closed socket sends nothing, and may be closed again', async () => {
    const socket = connect();
    send(socket, 1);
    socket.close();
    socket.close();
    send(socket, 1);
    const other = connect();
    other.send(new Uint8Array(12), 5);
    await seen(['5']);
    expect([sends, socket.localText()]).toEqual([1, undefined]);
  });
});

// The orders of the control thread, carried out with real sockets: two-step changes, sockets that stay, answers that
// are still owed.

import dgram from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type net from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { decodeMessage } from '../../../src/dns/message.ts';
import { loadUdpAddon } from '../../../src/native/udp-addon.ts';
import type {
  FromServing,
  ListenerSpec,
  ServingConfig,
} from '../../../src/server/serving-config.ts';
import type { ThreadServices } from '../../../src/server/serving-instance.ts';
import { ServingThread } from '../../../src/server/serving-thread.ts';
import { ask, overUdp, queryPacket } from '../../support/dns-client.ts';
import { freePort } from '../../support/server.ts';
import {
  blockSpec,
  listenerSpec,
  type Serve,
  servingConfig,
  servingPlugin,
  ThreadBench,
} from '../../support/serving-bench.ts';
import { frame, TcpClient } from '../../support/tcp-client.ts';

/** A thread whose plugin `rcode` answers with the response code of its options. */
class Bench {
  readonly replies: FromServing[] = [];
  readonly closed: unknown[] = [];
  readonly services: ThreadBench;
  readonly thread: ServingThread;

  constructor(serve?: Serve, services: Partial<ThreadServices> = {}) {
    const plugin = servingPlugin(
      'test',
      serve ?? ((exchange, _next, _context, options) => exchange.reply.write(Number(options))),
      ({ onClose }, options) => {
        onClose(() => this.closed.push(options));
      },
    );
    this.services = Object.assign(new ThreadBench(plugin), services);
    this.thread = new ServingThread(this.services, (message) => this.replies.push(message));
  }

  async load(config: ServingConfig): Promise<void> {
    await this.thread.handle({ kind: 'prepare', config });
    await this.thread.handle({ kind: 'commit', generation: config.generation });
  }

  get last(): FromServing | undefined {
    return this.replies.at(-1);
  }
}

const running: Bench[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ thread }) => thread.handle({ kind: 'stop' })));
});
function start(serve?: Serve, services: Partial<ThreadServices> = {}): Bench {
  const bench = new Bench(serve, services);
  running.push(bench);
  return bench;
}

/** A configuration whose only block answers with a response code. */
function answering(
  generation: number,
  rcode: number,
  ...listeners: readonly ListenerSpec[]
): ServingConfig {
  const block = { ...blockSpec([]), handlers: [{ plugin: 'test', options: rcode }] };
  return servingConfig(generation, [block], listeners);
}
const rcodeOf = async (port: number): Promise<number | undefined> =>
  (await ask('a.', 'A', { port }))?.rcode;

describe('prepare and commit', () => {
  test('change what is answered, on the sockets that are there', async () => {
    const bench = start();
    const port = await freePort();
    await bench.load(answering(1, 3, listenerSpec(port)));
    expect(await rcodeOf(port)).toBe(3);
    const client = await TcpClient.connect(port);
    await bench.load(answering(2, 0, listenerSpec(port)));
    expect(await rcodeOf(port)).toBe(0);
    // A connection from before the change goes on, with the new configuration.
    client.socket.write(frame(queryPacket('a.', 'A')));
    const [reply] = await client.received(1);
    expect(decodeMessage(reply ?? new Uint8Array(0))?.rcode).toBe(0);
    client.socket.destroy();
    expect(bench.replies).toEqual([
      { kind: 'prepared', generation: 1, error: undefined },
      { kind: 'committed', generation: 1 },
      { kind: 'prepared', generation: 2, error: undefined },
      { kind: 'committed', generation: 2 },
    ]);
    expect(bench.closed).toEqual([3]);
  });

  test('a configuration that cannot be opened changes nothing and leaves no socket', async () => {
    const bench = start();
    const [port, other] = [await freePort(), await freePort()];
    await bench.load(answering(1, 3, listenerSpec(port)));
    const foreign = listenerSpec(other, { id: 'dns://192.0.2.77:1', host: '192.0.2.77' });
    await bench.thread.handle({
      kind: 'prepare',
      config: answering(2, 0, listenerSpec(port), listenerSpec(other), foreign),
    });
    const text = `Listen: listen tcp 192.0.2.77:${other}: bind: cannot assign requested address`;
    expect(bench.last).toEqual({ kind: 'prepared', generation: 2, error: text });
    expect(await rcodeOf(port)).toBe(3);
    await expect(TcpClient.connect(other)).rejects.toThrow('ECONNREFUSED');
    expect(bench.closed).toEqual([0]);
  });

  test('a handler that cannot be made is the answer to prepare', async () => {
    const bench = start();
    const config = servingConfig(1, [blockSpec(['nosuch'])], []);
    await bench.thread.handle({ kind: 'prepare', config });
    expect(bench.last).toEqual({
      kind: 'prepared',
      generation: 1,
      error: 'plugin/nosuch: no serving half',
    });
  });

  test('abandon closes what prepare had opened', async () => {
    const bench = start();
    const port = await freePort();
    await bench.thread.handle({ kind: 'prepare', config: answering(1, 3, listenerSpec(port)) });
    await bench.thread.handle({ kind: 'abandon', generation: 1 });
    await expect(TcpClient.connect(port)).rejects.toThrow('ECONNREFUSED');
    expect(bench.closed).toEqual([3]);
    await bench.thread.handle({ kind: 'abandon', generation: 1 });
  });

  test('bug: a commit for a configuration that is not prepared here was never replied to', async () => {
    const bench = start();
    const port = await freePort();
    await bench.thread.handle({ kind: 'commit', generation: 7 });
    expect(bench.last).toEqual({ kind: 'committed', generation: 7 });
    // bug: any commit put in force whatever was prepared
    await bench.thread.handle({ kind: 'prepare', config: answering(8, 3, listenerSpec(port)) });
    await bench.thread.handle({ kind: 'commit', generation: 9 });
    expect(bench.closed).toEqual([]);
    await bench.thread.handle({ kind: 'commit', generation: 8 });
    expect(await rcodeOf(port)).toBe(3);
  });

  test('bug: a second prepare left the sockets of the first open', async () => {
    const bench = start();
    const [port, other] = [await freePort(), await freePort()];
    await bench.thread.handle({ kind: 'prepare', config: answering(1, 3, listenerSpec(port)) });
    await bench.load(answering(2, 0, listenerSpec(other)));
    await expect(TcpClient.connect(port)).rejects.toThrow('ECONNREFUSED');
    expect(bench.closed).toEqual([3]);
  });
});

describe('sockets', () => {
  test('a listener that is dropped closes after the answers that it owes, and the others stay', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const bench = start(async (exchange) => {
      if (exchange.client.localPort === dropped) {
        asked();
        await held;
      }
      return exchange.reply.write(0);
    });
    const [kept, dropped] = [await freePort(), await freePort()];
    await bench.load(answering(1, 0, listenerSpec(kept), listenerSpec(dropped)));
    const late = ask('a.', 'A', { port: dropped });
    await isAsked;
    await bench.load(answering(2, 0, listenerSpec(kept)));
    expect(await rcodeOf(kept)).toBe(0);
    release();
    expect((await late)?.rcode).toBe(0);
    await bench.thread.handle({ kind: 'stop' });
    running.splice(0);
    await expect(TcpClient.connect(dropped)).rejects.toThrow('ECONNREFUSED');
  });

  test('a connection with nothing to answer is ended when its listener is dropped', async () => {
    const bench = start();
    const port = await freePort();
    await bench.load(answering(1, 0, listenerSpec(port)));
    const client = await TcpClient.connect(port);
    await bench.load(answering(2, 0));
    await client.ended();
    client.socket.end();
    await client.closed();
    expect(client.wasReset).toBe(false);
  });

  test('new limits hold for new connections after a change', async () => {
    const bench = start();
    const port = await freePort();
    await bench.load(answering(1, 0, listenerSpec(port)));
    await bench.load(answering(2, 0, listenerSpec(port, { maxTcpQueries: 1 })));
    const client = await TcpClient.connect(port);
    client.socket.write(frame(queryPacket('a.', 'A')));
    await client.ended();
    expect(client.frames).toHaveLength(1);
    client.socket.destroy();
  });

  test('tls:// without certificates is TCP alone', async () => {
    const bench = start();
    const port = await freePort();
    await bench.load(answering(1, 0, listenerSpec(port, { id: 'tls://x', scheme: 'tls' })));
    expect((await ask('a.', 'A', { port, isTcp: true }))?.rcode).toBe(0);
    expect(await overUdp(queryPacket('a.', 'A'), { port, timeoutMs: 50 })).toBeUndefined();
  });

  test('port 0 is one free port for TCP and UDP', async () => {
    const bench = start();
    const ports: number[] = [];
    const note = (message: unknown): void => {
      const { server } = message as { server: net.Server };
      ports.push((server.address() as net.AddressInfo).port);
    };
    subscribe('tracing:net.server.listen:asyncEnd', note);
    await bench.load(answering(1, 3, listenerSpec(0)));
    unsubscribe('tracing:net.server.listen:asyncEnd', note);
    const [port = 0] = ports;
    expect(await rcodeOf(port)).toBe(3);
    expect((await ask('a.', 'A', { port, isTcp: true }))?.rcode).toBe(3);
  });
});

describe('publish', () => {
  test('reaches the instance of that generation, prepared or in force', async () => {
    const taken: unknown[] = [];
    const plugin = servingPlugin(
      'test',
      () => 0,
      ({ subscribe }, options) => {
        subscribe('c', (data) => taken.push([options, data]));
      },
    );
    const thread = new ServingThread(new ThreadBench(plugin), () => undefined);
    const config = (generation: number): ServingConfig => answering(generation, generation);
    await thread.handle({ kind: 'prepare', config: config(1) });
    await thread.handle({ kind: 'publish', generation: 1, channel: 'c', data: 'a' });
    await thread.handle({ kind: 'commit', generation: 1 });
    await thread.handle({ kind: 'prepare', config: config(2) });
    await thread.handle({ kind: 'publish', generation: 1, channel: 'c', data: 'b' });
    await thread.handle({ kind: 'publish', generation: 2, channel: 'c', data: 'c' });
    await thread.handle({ kind: 'publish', generation: 3, channel: 'c', data: 'nobody' });
    expect(taken).toEqual([
      [1, 'a'],
      [1, 'b'],
      [2, 'c'],
    ]);
  });
});

test('bug: answers that wait for what is published were late when another configuration came in force', async () => {
  const port = await freePort();
  let answer: (() => void) | undefined;
  const plugin = servingPlugin(
    'test',
    (exchange) =>
      new Promise<void>((resolve) => {
        answer = resolve;
      }).then(() => exchange.reply.write(3)),
    ({ subscribe }, options) => subscribe('c', () => options === 1 && answer?.()),
  );
  const thread = new ServingThread(new ThreadBench(plugin), () => undefined);
  const load = async (generation: number): Promise<void> => {
    const config = answering(generation, generation, listenerSpec(port));
    await thread.handle({ kind: 'prepare', config });
    await thread.handle({ kind: 'commit', generation });
  };
  await load(1);
  const waiting = rcodeOf(port);
  await vi.waitFor(() => expect(answer).toBeDefined());
  await load(2);
  await thread.handle({ kind: 'publish', generation: 1, channel: 'c', data: 'all' });
  expect(await waiting).toBe(3);
  await thread.handle({ kind: 'stop' });
});

describe('probe', () => {
  test('is replied to while an order is being carried out', async () => {
    const bench = start();
    const port = await freePort();
    const preparing = bench.thread.handle({
      kind: 'prepare',
      config: answering(1, 0, listenerSpec(port)),
    });
    bench.thread.probe();
    expect(bench.replies).toEqual([{ kind: 'probed' }]);
    await preparing;
  });

  test.skipIf(typeof loadUdpAddon() === 'string')('counts what the kernel dropped', async () => {
    const bench = start();
    const port = await freePort();
    await bench.load(answering(1, 0, listenerSpec(port)));
    const drops = (): number | undefined =>
      bench.services.counts('nodens_udp_kernel_drops_total')[`dns://127.0.0.1:${port}`];
    expect(drops()).toBe(0);
    const client = dgram.createSocket('udp4');
    client.connect(port, '127.0.0.1');
    await once(client, 'connect');
    // More than any receive buffer holds, before this thread comes to read.
    for (let sent = 0; sent < 500; sent++) client.send(Buffer.alloc(32_768));
    await vi.waitFor(() => {
      bench.thread.probe();
      expect(drops()).toBeGreaterThan(0);
    });
    client.close();
  });
});

describe('stop', () => {
  test('waits for late answers no longer than the grace period', async () => {
    const waits: number[] = [];
    const clock = {
      ...systemClock,
      setTimeout: (run: () => void, delayMs: number) => {
        waits.push(delayMs);
        return systemClock.setTimeout(run, 1);
      },
    };
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const bench = new Bench(
      () => {
        asked();
        return new Promise<number>(() => undefined);
      },
      { clock },
    );
    const port = await freePort();
    await bench.load(answering(1, 0, listenerSpec(port)));
    const client = await TcpClient.connect(port);
    client.socket.write(frame(queryPacket('a.', 'A')));
    await isAsked;
    waits.splice(0);
    await bench.thread.handle({ kind: 'stop' });
    await client.ended();
    client.socket.destroy();
    expect(bench.last).toEqual({ kind: 'stopped' });
    expect(waits).toEqual([5000, 5000]);
    expect(bench.closed).toEqual([0]);
  });

  test('is replied to when nothing was ever loaded', async () => {
    const bench = new Bench();
    await bench.thread.handle({ kind: 'stop' });
    expect(bench.replies).toEqual([{ kind: 'stopped' }]);
  });
});

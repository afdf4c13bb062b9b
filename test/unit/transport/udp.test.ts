// Datagrams by real sockets, on both transports, which must not differ: which addresses a listener serves, from which
// address it replies, and what it says when it cannot open.

import dgram from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { loadUdpAddon } from '../../../src/native/udp-addon.ts';
import type { DatagramListener, DatagramReceiver } from '../../../src/transport/datagram.ts';
import { udpTransport } from '../../../src/transport/udp-transport.ts';
import { exchange } from '../../support/datagrams.ts';

const listeners: DatagramListener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

const echo: DatagramReceiver = (datagram) => datagram.send(datagram.copy());

const own = Object.values(networkInterfaces()).flatMap((addresses) =>
  (addresses ?? []).map((each) => each.address).filter((address) => !address.startsWith('fe80:')),
);

const hasAddon = typeof loadUdpAddon() !== 'string';
const names = hasAddon ? (['dgram', 'batch'] as const) : (['dgram'] as const);

describe.each(names)('UDP by %s', (name) => {
  const transport = udpTransport(name);

  async function listen(
    host: string,
    receive: DatagramReceiver,
    port = 0,
  ): Promise<DatagramListener> {
    const listener = await transport.open(host, port, receive);
    listeners.push(listener);
    return listener;
  }

  describe('a wildcard listener', () => {
    test.each([...own, '127.0.0.9'])(
      'replies from %s when that address was asked',
      async (address) => {
        // Without PKTINFO only addresses of interfaces have a socket of their own.
        if (name === 'dgram' && address === '127.0.0.9') return;
        const { port } = await listen('', echo);
        expect(await exchange(port, address, 'q')).toEqual({ text: 'q', from: address });
      },
    );

    test('tells IPv4 clients by their plain address', async () => {
      const peers: string[] = [];
      const { port } = await listen('', (datagram) => {
        peers.push(datagram.address);
        datagram.send(datagram.copy());
      });
      await exchange(port, '127.0.0.2', 'a');
      await exchange(port, '::1', 'b');
      expect(peers[0]).toMatch(/^127\.0\.0\.\d$/);
      expect(peers[1]).toBe('::1');
    });
  });

  test.each(['127.0.0.1', '127.0.0.7', '::1'])('a listener on %s replies from it', async (host) => {
    const { port } = await listen(host, echo);
    expect(await exchange(port, host, 'q')).toEqual({ text: 'q', from: host });
  });

  test('an IPv6 listener does not take IPv4 datagrams', async () => {
    const seen: string[] = [];
    const { port } = await listen('::1', (datagram) => {
      seen.push(Buffer.from(datagram.copy()).toString());
      datagram.send(datagram.copy());
    });
    const stray = dgram.createSocket('udp4');
    await new Promise((resolve) => stray.send('stray', port, '127.0.0.1', resolve));
    stray.close();
    await exchange(port, '::1', 'q');
    expect(seen).toEqual(['q']);
  });

  test('tells the port of the client', async () => {
    const { port } = await listen('127.0.0.1', (datagram) => {
      datagram.send(Buffer.from(String(datagram.port)));
    });
    const socket = dgram.createSocket('udp4');
    const answer = new Promise<string>((resolve) =>
      socket.once('message', (data) => resolve(data.toString())),
    );
    socket.send('q', port, '127.0.0.1');
    expect(await answer).toBe(String(socket.address().port));
    socket.close();
  });

  test('an empty datagram reaches the receiver', async () => {
    const { port } = await listen('127.0.0.1', (datagram) =>
      datagram.send(Buffer.from(`${datagram.length} ${datagram.copy().length}`)),
    );
    expect((await exchange(port, '127.0.0.1', '')).text).toBe('0 0');
  });

  test('a reply may be changed after send() has returned', async () => {
    const shared = Buffer.from('right');
    const { port } = await listen('127.0.0.1', (datagram) => {
      datagram.send(shared);
      shared.fill('!');
    });
    expect((await exchange(port, '127.0.0.1', 'q')).text).toBe('right');
  });

  test('a reply may be composed in the memory that the datagram offers', async () => {
    const { port } = await listen('127.0.0.1', (datagram) => {
      for (const text of ['first', 'second']) {
        datagram.out.set(Buffer.from(text), datagram.outOffset);
        datagram.commit(text.length);
      }
    });
    const socket = dgram.createSocket('udp4');
    const answers: string[] = [];
    const areThere = new Promise<void>((resolve) =>
      socket.on('message', (data) => {
        if (answers.push(data.toString()) === 2) resolve();
      }),
    );
    socket.send('q', port, '127.0.0.1');
    await areThere;
    socket.close();
    expect(answers).toEqual(['first', 'second']);
  });

  test('a late reply, sent or composed, reaches the client that asked', async () => {
    const held: (() => void)[] = [];
    const { port } = await listen('127.0.0.1', (datagram) => {
      if (datagram.length === 2) {
        for (const answer of held) answer();
        datagram.send(Buffer.from('gone'));
        return undefined;
      }
      return new Promise<void>((resolve) => {
        held.push(() => {
          if (datagram.length === 1) datagram.send(Buffer.from(`late to ${datagram.port}`));
          else {
            const reply = Buffer.from(`composed for ${datagram.port}`);
            datagram.out.set(reply, datagram.outOffset);
            datagram.commit(reply.length);
          }
          resolve();
        });
      });
    });
    const first = exchange(port, '127.0.0.1', 'a');
    const second = exchange(port, '127.0.0.1', 'bcd');
    // Loopback keeps the order of datagrams, and the sockets were opened in this order.
    await expect.poll(() => held.length).toBe(2);
    expect((await exchange(port, '127.0.0.1', 'go')).text).toBe('gone');
    expect((await first).text).toMatch(/^late to \d+$/);
    expect((await second).text).toMatch(/^composed for \d+$/);
  });

  test('a reply that is too large for a datagram harms nobody', async () => {
    const { port } = await listen('127.0.0.1', (datagram) => {
      datagram.send(new Uint8Array(70_000));
      datagram.send(new Uint8Array(65_535));
      datagram.send(datagram.copy());
    });
    expect((await exchange(port, '127.0.0.1', 'q')).text).toBe('q');
  });

  test('the largest reply that a datagram holds arrives whole', async () => {
    const { port } = await listen('127.0.0.1', (datagram) =>
      datagram.send(Buffer.alloc(65_507, 'x')),
    );
    expect((await exchange(port, '127.0.0.1', 'q')).text).toHaveLength(65_507);
  });

  test('bug: a reply sent right before close() was lost', async () => {
    const listener = await transport.open('127.0.0.1', 0, (datagram) => {
      datagram.send(datagram.copy());
      void listener.close();
    });
    expect((await exchange(listener.port, '127.0.0.1', 'last')).text).toBe('last');
  });

  test('sending after close() is no error', async () => {
    let closed = (): void => undefined;
    const isOver = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const listener = await transport.open('127.0.0.1', 0, async (datagram) => {
      const data = datagram.copy();
      datagram.send(data);
      await listener.close();
      datagram.send(data);
      closed();
    });
    await exchange(listener.port, '127.0.0.1', 'x');
    await isOver;
  });

  test('two listeners share a port by SO_REUSEPORT', async () => {
    const first = await listen('127.0.0.1', echo);
    const second = await listen('127.0.0.1', echo, first.port);
    expect(second.port).toBe(first.port);
  });

  test.each([
    ['192.0.2.77', 'listen udp 192.0.2.77:0: bind: cannot assign requested address'],
    ['2001:db8::77', 'listen udp [2001:db8::77]:0: bind: cannot assign requested address'],
  ])('says in the words of Go why %s cannot be bound', async (host, text) => {
    await expect(transport.open(host, 0, echo)).rejects.toThrow(text);
  });

  test('says that a port is taken by a socket without SO_REUSEPORT', async () => {
    const other = dgram.createSocket('udp4');
    await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
    const { port } = other.address();
    await expect(transport.open('127.0.0.1', port, echo)).rejects.toThrow(
      `listen udp 127.0.0.1:${port}: bind: address already in use`,
    );
    other.close();
  });
});

// Datagrams by real sockets: which addresses a listener serves, from which address it replies, and what it says when it
// cannot open.

import dgram from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { type DatagramReceiver, UdpListener } from '../../../src/transport/udp.ts';

const listeners: UdpListener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

async function listen(host: string, receive: DatagramReceiver, port = 0): Promise<UdpListener> {
  const listener = await UdpListener.open(host, port, receive);
  listeners.push(listener);
  return listener;
}

const echo: DatagramReceiver = (data, _peer, send) => send(data);

/** Sends one datagram; the reply with the address that it came from. */
function exchange(port: number, host: string, text: string): Promise<{ text: string; from: string }> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('message', (data, remote) => {
      socket.close();
      resolve({ text: data.toString(), from: remote.address });
    });
    socket.send(text, port, host);
  });
}

const own = Object.values(networkInterfaces()).flatMap((addresses) =>
  (addresses ?? []).map((each) => each.address).filter((address) => !address.startsWith('fe80:')),
);

describe('a wildcard listener', () => {
  test.each(own)('replies from %s when that address was asked', async (address) => {
    const { port } = await listen('', echo);
    expect(await exchange(port, address, 'q')).toEqual({ text: 'q', from: address });
  });

  test('tells IPv4 clients by their plain address', async () => {
    const peers: string[] = [];
    const { port } = await listen('', (data, peer, send) => {
      peers.push(peer.address);
      send(data);
    });
    await exchange(port, '127.0.0.2', 'a');
    await exchange(port, '::1', 'b');
    expect(peers[0]).toMatch(/^127\.0\.0\.\d$/);
    expect(peers[1]).toBe('::1');
  });
});

test('an IPv6 listener does not take IPv4 datagrams', async () => {
  const seen: string[] = [];
  const { port } = await listen('::1', (data, _peer, send) => {
    seen.push(data.toString());
    send(data);
  });
  const stray = dgram.createSocket('udp4');
  await new Promise((resolve) => stray.send('stray', port, '127.0.0.1', resolve));
  stray.close();
  await exchange(port, '::1', 'q');
  expect(seen).toEqual(['q']);
});

test('an empty datagram reaches the receiver', async () => {
  const { port } = await listen('127.0.0.1', (data, _peer, send) => send(Buffer.from(`${data.length}`)));
  expect((await exchange(port, '127.0.0.1', '')).text).toBe('0');
});

test('a reply may be changed after send() has returned', async () => {
  const shared = Buffer.from('right');
  const { port } = await listen('127.0.0.1', (_data, _peer, send) => {
    send(shared);
    shared.fill('!');
  });
  expect((await exchange(port, '127.0.0.1', 'q')).text).toBe('right');
});

test('a reply that is too large for a datagram harms nobody', async () => {
  const { port } = await listen('127.0.0.1', (data, _peer, send) => {
    send(Buffer.alloc(70_000));
    send(data);
  });
  expect((await exchange(port, '127.0.0.1', 'q')).text).toBe('q');
});

test('bug: a reply sent right before close() was lost', async () => {
  const listener = await UdpListener.open('127.0.0.1', 0, (data, _peer, send) => {
    send(data);
    void listener.close();
  });
  expect((await exchange(listener.port, '127.0.0.1', 'last')).text).toBe('last');
});

test('sending after close() is no error', async () => {
  const listener = await UdpListener.open('127.0.0.1', 0, (data, _peer, send) => {
    send(data);
    void listener.close().then(() => {
      send(data);
      closed();
    });
  });
  let closed = (): void => undefined;
  const isOver = new Promise<void>((resolve) => {
    closed = resolve;
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
  await expect(UdpListener.open(host, 0, echo)).rejects.toThrow(text);
});

test('says that a port is taken by a socket without SO_REUSEPORT', async () => {
  const other = dgram.createSocket('udp4');
  await new Promise<void>((resolve) => other.bind(0, '127.0.0.1', resolve));
  const { port } = other.address();
  await expect(UdpListener.open('127.0.0.1', port, echo)).rejects.toThrow(
    `listen udp 127.0.0.1:${port}: bind: address already in use`,
  );
  other.close();
});

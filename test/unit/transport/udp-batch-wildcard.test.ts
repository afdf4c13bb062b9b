// Batched UDP on every address: which sockets there are, and that each reply leaves from the address that was asked.

import dgram from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, test } from 'vitest';
import { loadUdpAddon, type UdpAddon } from '../../../src/native/udp-addon.ts';
import type { DatagramListener, DatagramReceiver } from '../../../src/transport/datagram.ts';
import { openUdpBatch } from '../../../src/transport/udp-batch-wildcard.ts';
import { exchange } from '../../support/datagrams.ts';

const loaded = loadUdpAddon();

const listeners: DatagramListener[] = [];
afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

const echo: DatagramReceiver = (datagram) => datagram.send(datagram.copy());

async function listen(
  receive: DatagramReceiver,
  { host = '', addon = loaded as UdpAddon, addresses = [] as readonly string[] } = {},
): Promise<DatagramListener> {
  const listener = await openUdpBatch(addon, host, 0, receive, () => addresses);
  listeners.push(listener);
  return listener;
}

describe.skipIf(typeof loaded === 'string')('a wildcard listener', () => {
  /** An addon whose kernel has no IPv6, or refuses everything. */
  function refusing(code: string, isRefused: (host: string) => boolean): UdpAddon {
    const real = loaded as UdpAddon;
    const open: UdpAddon['open'] = (host, ...rest) => {
      if (isRefused(host)) throw Object.assign(new Error('refused'), { code });
      return real.open(host, ...rest);
    };
    return { ...real, open };
  }

  test('serves IPv4 alone where the kernel has no IPv6', async () => {
    const addon = refusing('EAFNOSUPPORT', (host) => host.includes(':'));
    const listener = await listen(echo, { addon });
    expect(await exchange(listener.port, '127.0.0.3', 'q')).toEqual({
      text: 'q',
      from: '127.0.0.3',
    });
  });

  test('a late answer leaves from the address that was asked', async () => {
    const { port } = await listen(async (datagram) => {
      const copy = datagram.copy();
      await new Promise(setImmediate);
      datagram.send(copy);
    });
    expect(await exchange(port, '127.0.0.5', 'q')).toEqual({ text: 'q', from: '127.0.0.5' });
    expect(await exchange(port, '::1', 'q')).toEqual({ text: 'q', from: '::1' });
  });

  // Where the machine has one.
  const linkLocal = Object.entries(networkInterfaces()).flatMap(([name, all]) =>
    (all ?? [])
      .filter((each) => each.address.startsWith('fe80:'))
      .map((each) => `${each.address}%${name}`),
  );
  test.each(linkLocal)('answers from the link-local address %s', async (address) => {
    const { port } = await listen(echo);
    expect(await exchange(port, address, 'q')).toEqual({ text: 'q', from: address });
  });

  test.each(linkLocal)('can be bound to the link-local address %s', async (address) => {
    const { port } = await listen((datagram) => datagram.send(Buffer.from(datagram.address)), {
      host: address,
    });
    expect((await exchange(port, address, 'q')).text).toBe(address.replace(/%.*/, ''));
  });

  const links = Object.entries(networkInterfaces()).flatMap(([name, all = []]) => {
    const link = all.find((each) => each.address.startsWith('fe80:'));
    const global = all.find((each) => each.family === 'IPv6' && each !== link);
    return link && global ? [[`${link.address}%${name}`, global.address] as const] : [];
  });
  test.each(links)('answers from %s to a client with the global address %s', async (asked, own) => {
    const { port } = await listen(echo);
    const client = dgram.createSocket('udp6');
    client.bind(0, own);
    await once(client, 'listening');
    client.send('q', port, asked);
    const [, remote] = (await once(client, 'message')) as [Buffer, dgram.RemoteInfo];
    expect(remote.address).toBe(asked);
    client.close();
  });

  /** An addon that notes what is opened, and of whose sockets each has dropped a datagram. */
  function noting(kernelDrops: (host: string) => number): { addon: UdpAddon; hosts: string[] } {
    const real = loaded as UdpAddon;
    const hosts: string[] = [];
    const byHandle = new Map<object, string>();
    const open: UdpAddon['open'] = (host, ...rest) => {
      const handle = real.open(host, ...rest);
      hosts.push(host);
      byHandle.set(handle, host);
      return handle;
    };
    const counts: UdpAddon['counts'] = (handle) => ({
      ...real.counts(handle),
      kernelDrops: kernelDrops(byHandle.get(handle) ?? ''),
    });
    return { addon: { ...real, open, counts }, hosts };
  }

  test('has a socket for each address that can be bound, and one for all others', async () => {
    const { addon, hosts } = noting(() => 1);
    const addresses = ['127.0.0.1', '192.0.2.99', '::1'];
    const listener = await listen(echo, { addon, addresses });
    expect(hosts).toEqual(['::', '127.0.0.1', '::1']);
    expect(listener.kernelDrops()).toBe(3);
    for (const address of ['127.0.0.1', '127.0.0.3', '::1'])
      expect(await exchange(listener.port, address, 'q')).toEqual({ text: 'q', from: address });
    await listener.close();
    const next = await openUdpBatch(addon, '', listener.port, echo, () => addresses);
    listeners.push(next);
    expect(next.port).toBe(listener.port);
  });

  test('knows no drops where the kernel does not tell them of each socket', async () => {
    const { addon } = noting((host) => (host === '::' ? 1 : -1));
    const listener = await listen(echo, { addon, addresses: ['127.0.0.1'] });
    expect(listener.kernelDrops()).toBeUndefined();
  });

  test('tells of any other failure', async () => {
    const addon = refusing('EACCES', () => true);
    await expect(openUdpBatch(addon, '', 53, echo)).rejects.toThrow(
      'listen udp :53: bind: permission denied',
    );
  });
});

import { describe, expect, test } from 'vitest';
import { loadUdpAddon } from '../../../src/native/udp-addon.ts';
import { udpTransport } from '../../../src/transport/udp-transport.ts';
import { exchange } from '../../support/datagrams.ts';
import { setForTest } from '../../support/native-build.ts';

const addon = loadUdpAddon();
const missing = (): string => 'the addon was not built';

describe('udpTransport', () => {
  test('takes node:dgram when the addon cannot be used, and says why', () => {
    expect(udpTransport('', missing)).toMatchObject({
      name: 'dgram',
      reason: 'the addon was not built',
    });
  });

  test('takes node:dgram without a reason when that is wanted', () => {
    expect(udpTransport('dgram')).toMatchObject({ name: 'dgram', reason: undefined });
  });

  test.each([
    ['batch', 'NODENS_UDP is batch, but the addon was not built'],
    ['fast', 'NODENS_UDP is "fast": it can be batch or dgram'],
  ])('does not start when %s is wanted and cannot be had', (wanted, text) => {
    expect(() => udpTransport(wanted, missing)).toThrow(text);
  });

  test.skipIf(typeof addon === 'string')('takes the addon when it is there', () => {
    expect(udpTransport('')).toMatchObject({ name: 'batch', reason: undefined });
  });

  test('follows the environment variable', async () => {
    setForTest('NODENS_UDP', 'dgram');
    const transport = udpTransport();
    expect(transport.name).toBe('dgram');
    const listener = await transport.open('127.0.0.1', 0, (datagram) =>
      datagram.send(datagram.copy()),
    );
    expect((await exchange(listener.port, '127.0.0.1', 'q')).text).toBe('q');
    expect(listener.kernelDrops()).toBeUndefined();
    await listener.close();
  });
});

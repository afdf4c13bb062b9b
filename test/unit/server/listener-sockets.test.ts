import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { KernelDrops } from '../../../src/server/kernel-drops.ts';
import { ListenerSockets } from '../../../src/server/listener-sockets.ts';
import { ServingInstance } from '../../../src/server/serving-instance.ts';
import { TcpListener } from '../../../src/transport/tcp.ts';
import { ask } from '../../support/dns-client.ts';
import { freePort } from '../../support/server.ts';
import {
  blockSpec,
  listenerSpec,
  servingConfig,
  servingPlugin,
  ThreadBench,
} from '../../support/serving-bench.ts';

let sockets: ListenerSockets | undefined;
afterEach(async () => {
  vi.restoreAllMocks();
  await sockets?.close();
  sockets = undefined;
});

async function open(port: number): Promise<void> {
  const bench = new ThreadBench(servingPlugin('test', (exchange) => exchange.reply.write(3)));
  const spec = listenerSpec(port);
  const instance = new ServingInstance(servingConfig(1, [blockSpec(['test'])], [spec]), bench);
  const target = instance.target(spec.id);
  if (target === undefined) throw new Error('no target');
  sockets = await ListenerSockets.open(spec, target, new KernelDrops(bench.metrics, spec.id));
}

test('answers over UDP before anybody can connect', async () => {
  const port = await freePort();
  const openTcp = TcpListener.open.bind(TcpListener);
  const rcodes: (number | undefined)[] = [];
  vi.spyOn(TcpListener, 'open').mockImplementation(async (...parameters) => {
    rcodes.push((await ask('a.', 'A', { port }))?.rcode);
    return openTcp(...parameters);
  });
  await open(port);
  rcodes.push((await ask('a.', 'A', { port, isTcp: true }))?.rcode);
  expect(rcodes).toEqual([3, 3]);
});

test('says what UDP lacks, and listens on nothing then', async () => {
  const port = await freePort();
  const other = createSocket('udp4').bind(port, '127.0.0.1');
  await once(other, 'listening');
  await expect(open(port)).rejects.toThrow(
    `ListenPacket: listen udp 127.0.0.1:${port}: bind: address already in use`,
  );
  other.close();
  await open(port);
  expect((await ask('a.', 'A', { port }))?.rcode).toBe(3);
});

test('port 0 is a port that is free over UDP and TCP', async () => {
  const openTcp = TcpListener.open.bind(TcpListener);
  const occupant = createServer();
  const ports: number[] = [];
  vi.spyOn(TcpListener, 'open').mockImplementation(async (...parameters) => {
    const port = parameters[1];
    if (ports.push(port) === 1) await once(occupant.listen(port, '127.0.0.1'), 'listening');
    return openTcp(...parameters);
  });
  await open(0);
  occupant.close();
  const [first, port] = ports;
  expect(ports).toEqual([first, port]);
  for (const isTcp of [false, true])
    expect((await ask('a.', 'A', { port: port ?? 0, isTcp }))?.rcode).toBe(3);
});

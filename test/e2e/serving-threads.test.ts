// Serving threads that hang or die, in a whole process: what /health says, who answers meanwhile, what is counted.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { ask } from '../support/dns-client.ts';
import { askHttp } from '../support/http-ask.ts';
import { boot, freePort, ROOT, type ServerProcess } from '../support/server.ts';

const FAULTS = pathToFileURL(join(ROOT, 'test', 'support', 'thread-faults.mjs'));

const running: ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function start(corefile: string): Promise<ServerProcess> {
  const server = await boot(corefile, { env: { NODE_OPTIONS: `--import=${FAULTS.href}` } });
  running.push(server);
  return server;
}

test('/health fails when a serving thread hangs, and is good again when that answers again', async () => {
  const [port, health] = [await freePort(), await freePort()];
  const server = await start(`.:${port} {
    bind 127.0.0.1
    health 127.0.0.1:${health}
    whoami
  }\n`);
  expect((await askHttp(health, '/health')).status).toBe(200);
  server.write('hang-0', '');
  await server.printed('[ERROR] serving thread 0 has not answered for 5s');
  const { status, body } = await askHttp(health, '/health');
  expect([status, body.toString()]).toEqual([503, 'a serving thread does not answer']);
  rmSync(join(server.folder, 'hang-0'));
  await server.printed('[INFO] serving thread 0 answers again');
  expect((await askHttp(health, '/health')).status).toBe(200);
  expect(await ask('a.test.', 'A', { port })).toBeDefined();
});

/** UDP sockets of this machine that are bound to a port of 127.0.0.1. */
function socketsOn(port: number): number {
  const place = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const lines = readFileSync('/proc/net/udp', 'utf8').split('\n');
  return lines.filter((line) => line.trim().split(/\s+/)[1] === place).length;
}

test('a thread that dies is counted and replaced, and the others answer meanwhile', async () => {
  const [port, metrics] = [await freePort(), await freePort()];
  const server = await start(`.:${port} {
    bind 127.0.0.1
    multisocket 2
    prometheus 127.0.0.1:${metrics}
    whoami
  }\n`);
  expect(socketsOn(port)).toBe(2);
  let asked = 0;
  const askSome = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn++) {
      expect(await ask('a.test.', 'A', { port }), `query ${asked}`).toBeDefined();
      asked += 1;
    }
  };
  // Each in turn: after the second death only a successor is left.
  for (const index of [1, 0]) {
    server.write(`die-${index}`, '');
    await server.printed(
      `[ERROR] serving thread ${index} ended and is replaced: Error: told to die`,
    );
    await askSome(20);
    for (let turn = 0; turn < 500 && socketsOn(port) < 2; turn++) await askSome(1);
    expect(socketsOn(port)).toBe(2);
  }
  const text = (await askHttp(metrics, '/metrics')).body.toString();
  expect(text).toMatch(/^coredns_panics_total 2$/m);
  // Nothing that a thread had counted is lost with it.
  const counts = [...text.matchAll(/^coredns_dns_requests_total\{.*\} (\d+)$/gm)];
  expect(counts.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(asked);
});

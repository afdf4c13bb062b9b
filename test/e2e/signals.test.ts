// Signals at every time of a process's life, and the two stages of its end.

import { once } from 'node:events';
import { renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { ask } from '../support/dns-client.ts';
import { boot, freePort, launch, type ServerProcess } from '../support/server.ts';

const running: ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

const whoami = (port: number): string => `.:${port} {\n bind 127.0.0.1\n whoami\n}\n`;
const lameduck = (port: number, health: number): string =>
  `.:${port} {\n bind 127.0.0.1\n whoami\n health 127.0.0.1:${health} {\n  lameduck 5m\n }\n}\n`;

async function start(text: string): Promise<ServerProcess> {
  const server = await boot(text);
  running.push(server);
  return server;
}

describe('during the start', () => {
  // Before the handler is there, Node would open a debugger port; earlier still, the shell or Node would die of it.
  test.each([20, 40, 60, 90])(
    'SIGUSR1 after %i ms neither ends the process nor opens a debugger port',
    async (delayMs) => {
      const port = await freePort();
      const server = launch(whoami(port));
      running.push(server);
      const timer = setTimeout(() => server.signal('SIGUSR1'), delayMs);
      await server.printed('Nodens-');
      clearTimeout(timer);
      expect(server.stderr).not.toContain('Debugger listening');
      expect((await ask('a.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
    },
  );
});

describe('the end', () => {
  test('SIGTERM: DNS is answered through the lameduck time; a second one changes nothing; SIGINT twice cuts it', async () => {
    const [port, health] = [await freePort(), await freePort()];
    const server = await start(lameduck(port, health));
    server.signal('SIGTERM');
    await server.printed('[INFO] SIGTERM: Shutting down servers then terminating');
    server.signal('SIGTERM');
    // bug: a reload during the lameduck time replaced the instance that was ending
    server.signal('SIGUSR1');
    expect((await ask('a.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
    expect((await fetch(`http://127.0.0.1:${health}/health`)).status).toBe(200);
    server.signal('SIGINT');
    await server.printed('[INFO] SIGINT: Shutting down');
    server.signal('SIGINT');
    expect(await server.exited()).toBe(2);
    expect(server.stdout).toContain('[INFO] SIGINT: Force quit');
    expect(server.stdout.match(/SIGTERM: Shutting down/g)).toHaveLength(1);
    expect(server.stdout).not.toContain('Reloading');
  });

  test('SIGINT runs the lameduck time too; SIGQUIT ends at once', async () => {
    const [port, health] = [await freePort(), await freePort()];
    const server = await start(lameduck(port, health));
    server.signal('SIGINT');
    await server.printed('[INFO] SIGINT: Shutting down');
    expect((await ask('a.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
    server.signal('SIGQUIT');
    expect(await server.exited()).toBe(0);
  });

  test('SIGUSR2 is refused with a line', async () => {
    const port = await freePort();
    const server = await start(whoami(port));
    server.signal('SIGUSR2');
    await server.printed('[ERROR] SIGUSR2: binary upgrade is not supported');
    expect((await ask('a.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
  });
});

describe('reloads', () => {
  test('one that needs a port that is taken changes nothing, and works once the port is free', async () => {
    const port = await freePort();
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const taken = (blocker.address() as { port: number }).port;
    const server = await start(whoami(port));
    server.write('Corefile', `${whoami(port)}${whoami(taken)}`);
    server.signal('SIGUSR1');
    const text = `Listen: listen tcp 127.0.0.1:${taken}: bind: address already in use`;
    await server.printed(`[ERROR] SIGUSR1: starting with listener file descriptors: ${text}`);
    expect(server.stdout).toContain(`[ERROR] Restart failed: ${text}`);
    expect((await ask('a.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
    blocker.close();
    await once(blocker, 'close');
    server.signal('SIGUSR1');
    await server.printed('Reloading complete');
    for (const each of [port, taken])
      expect((await ask('a.test.', 'A', { port: each }))?.rcode).toBe(Rcode.NOERROR);
  });

  test('a Corefile that is gone is an error line', async () => {
    const port = await freePort();
    const server = await start(whoami(port));
    rmSync(join(server.folder, 'Corefile'));
    server.signal('SIGUSR1');
    await server.printed('[ERROR] SIGUSR1: loading updated Caddyfile: open ');
    expect((await ask('a.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
  });

  test('a storm of signals loses no query over UDP or TCP', async () => {
    const port = await freePort();
    const server = await start(whoami(port));
    const corefiles = [whoami(port), `.:${port} {\n bind 127.0.0.1\n whoami\n errors\n}\n`];
    const lost: string[] = [];
    for (let asked = 0; asked < 300; asked += 1) {
      // In one step, as a ConfigMap changes: half a Corefile is another Corefile.
      server.write('next', corefiles[asked % 2] ?? '');
      renameSync(join(server.folder, 'next'), join(server.folder, 'Corefile'));
      server.signal('SIGUSR1');
      const isTcp = asked % 3 === 0;
      const reply = await ask('a.test.', 'A', { port, isTcp });
      if (reply?.rcode !== Rcode.NOERROR) lost.push(`${asked} tcp: ${isTcp} ${reply?.rcode}`);
    }
    expect(lost).toEqual([]);
    expect(server.stdout.match(/Reloading complete/g)?.length).toBeGreaterThan(3);
    server.signal('SIGTERM');
    expect(await server.exited()).toBe(0);
  });

  test('a zone can move to another block and port and back', async () => {
    const [port, other] = [await freePort(), await freePort()];
    const server = await start(whoami(port));
    for (const [text, open, closed] of [
      [whoami(other), other, port],
      [whoami(port), port, other],
    ] as const) {
      const seen = server.stdout.length;
      server.write('Corefile', text);
      server.signal('SIGUSR1');
      await server.printed('Reloading complete');
      server.stdout = server.stdout.slice(seen).replaceAll('Reloading complete', 'done');
      expect((await ask('a.test.', 'A', { port: open, isTcp: true }))?.rcode).toBe(Rcode.NOERROR);
      expect(await ask('a.test.', 'A', { port: closed, isTcp: true })).toBeUndefined();
    }
  });
});

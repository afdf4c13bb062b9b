// The server core as a process: listeners, request checks, TCP, signals. whoami stands in for a plugin.

import { afterEach, describe, expect, test } from 'vitest';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { RRClass } from '../../src/dns/codes/rr-class.ts';
import { decodeMessage } from '../../src/dns/message.ts';
import { ask, framesOverTcp, overUdp, queryPacket } from '../support/dns-client.ts';
import { boot, freePort, launch, type ServerProcess } from '../support/server.ts';

const running: ServerProcess[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

async function start(
  corefile: (port: number) => string,
): Promise<{ port: number; server: ServerProcess }> {
  const port = await freePort();
  const server = await boot(corefile(port));
  running.push(server);
  return { port, server };
}

const whoami = (port: number): string => `.:${port} {\n whoami\n}\n`;

describe('listeners', () => {
  test.each([
    ['127.0.0.1', false],
    ['127.0.0.1', true],
    ['::1', false],
    ['::1', true],
  ])('answers on %s (tcp: %s) from a wildcard bind', async (host, isTcp) => {
    const { port } = await start(whoami);
    const reply = await ask('a.test.', 'A', { port, host, isTcp });
    expect(reply?.rcode).toBe(Rcode.NOERROR);
    expect(reply?.additional).toHaveLength(2);
  });

  test('replies from the address that was asked', async () => {
    const { port } = await start(whoami);
    expect(await ask('a.test.', 'A', { port, host: '127.0.0.1' })).toBeDefined();
  });

  test('routes to the block with the longest zone and refuses what no block serves', async () => {
    const { port } = await start((p) => `a.test:${p} {\n whoami\n}\nb.a.test:${p} {\n}\n`);
    expect((await ask('x.a.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
    expect((await ask('x.b.a.test.', 'A', { port }))?.rcode).toBe(Rcode.REFUSED);
    expect((await ask('c.test.', 'A', { port }))?.rcode).toBe(Rcode.REFUSED);
  });

  test('ends with exit code 1 and the words of Go when an address is not on this host', async () => {
    const port = await freePort();
    const server = launch(`.:${port} {\n bind 192.0.2.77\n whoami\n}\n`);
    running.push(server);
    expect(await server.exited()).toBe(1);
    expect(server.stderr).toBe(
      `Listen: listen tcp 192.0.2.77:${port}: bind: cannot assign requested address\n`,
    );
  });
});

describe('request checks', () => {
  test('refuses a class other than IN', async () => {
    const { port } = await start(whoami);
    const reply = await ask('a.test.', 'A', { port, class: RRClass.CH });
    expect(reply?.rcode).toBe(Rcode.REFUSED);
  });

  test('answers BADVERS to an EDNS version that does not exist', async () => {
    const { port } = await start(whoami);
    const edns = { udpSize: 1232, version: 1, isDnssecOk: false, extendedRcode: 0, options: [] };
    const reply = await ask('a.test.', 'A', { port, edns });
    expect(reply?.rcode).toBe(Rcode.BADVERS);
    expect(reply?.edns).toMatchObject({ udpSize: 0, version: 0 });
  });

  test('echoes the cookie but no client subnet', async () => {
    const { port } = await start(whoami);
    const cookie = { code: 10, data: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]) };
    const subnet = { code: 8, data: Uint8Array.from([0, 1, 24, 0, 10, 0, 0]) };
    const edns = {
      udpSize: 4096,
      version: 0,
      isDnssecOk: true,
      extendedRcode: 0,
      options: [cookie, subnet],
    };
    const reply = await ask('a.test.', 'A', { port, edns });
    expect(reply?.edns?.udpSize).toBe(4096);
    expect(reply?.edns?.isDnssecOk).toBe(true);
    expect(reply?.edns?.options.map((option) => option.code)).toEqual([10]);
  });

  test('is silent to responses and to packets shorter than a header', async () => {
    const { port } = await start(whoami);
    const response = queryPacket('a.test.', 'A');
    response[2] = 0x80;
    expect(await overUdp(response, { port, timeoutMs: 200 })).toBeUndefined();
    expect(await overUdp(new Uint8Array(11), { port, timeoutMs: 200 })).toBeUndefined();
  });
});

describe('TCP', () => {
  test('answers pipelined queries in order', async () => {
    const { port } = await start(whoami);
    const packets = Array.from({ length: 50 }, (_, i) => queryPacket(`n${i}.test.`, 'A'));
    const replies = await framesOverTcp(packets, packets.length, { port });
    const ids = replies.map((reply) => decodeMessage(reply)?.id);
    expect(ids).toEqual(packets.map((packet) => ((packet[0] ?? 0) << 8) | (packet[1] ?? 0)));
  });
});

describe('signals', () => {
  test.each([
    ['SIGTERM', '[INFO] SIGTERM: Shutting down servers then terminating'],
    ['SIGINT', '[INFO] SIGINT: Shutting down'],
    ['SIGQUIT', '[INFO] SIGQUIT: Quitting process immediately'],
  ] as const)('%s ends the process with exit code 0', async (signal, line) => {
    const { server } = await start(whoami);
    server.signal(signal);
    expect(await server.exited()).toBe(0);
    expect(server.stdout).toContain(line);
  });

  test('SIGHUP changes nothing', async () => {
    const { port, server } = await start(whoami);
    server.signal('SIGHUP');
    expect(await ask('a.test.', 'A', { port })).toBeDefined();
  });

  test('SIGUSR1 swaps the configuration and keeps the old one when the new one is bad', async () => {
    const { port, server } = await start(whoami);
    server.write('Corefile', `other.test:${port} {\n whoami\n}\n`);
    server.signal('SIGUSR1');
    await server.printed('[INFO] Reloading complete');
    expect((await ask('a.test.', 'A', { port }))?.rcode).toBe(Rcode.REFUSED);
    expect((await ask('a.other.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
    server.write('Corefile', `.:${port} {\n nosuch\n}\n`);
    server.signal('SIGUSR1');
    await server.printed('[ERROR] SIGUSR1: starting with listener file descriptors: ');
    expect((await ask('a.other.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
    expect(server.stdout).toContain("Error during parsing: Unknown directive 'nosuch'");
  });

  test('loses no query over twenty reloads', async () => {
    const { port, server } = await start(whoami);
    let isDone = false;
    let asked = 0;
    let lost = 0;
    const asking = (async () => {
      while (!isDone && asked < 5000) {
        asked += 1;
        if ((await ask('a.test.', 'A', { port })) === undefined) lost += 1;
      }
    })();
    for (let i = 0; i < 20; i += 1) {
      const seen = server.stdout.length;
      server.signal('SIGUSR1');
      await server.printed('Reloading complete');
      server.stdout = server.stdout.slice(seen).replaceAll('Reloading complete', 'done');
    }
    isDone = true;
    await asking;
    expect(asked).toBeGreaterThan(20);
    expect(lost).toBe(0);
  });
});

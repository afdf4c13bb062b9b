// Clients that mean no good, and a machine that is short of descriptors: the server goes on answering others.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Rcode } from '../../src/dns/codes/rcode.ts';
import { decodeMessage } from '../../src/dns/message.ts';
import { ask, overUdp, queryPacket } from '../support/dns-client.ts';
import { NODENS, PipedServer } from '../support/run-nodens.ts';
import { boot, freePort, type ServerProcess } from '../support/server.ts';
import { frame, TcpClient } from '../support/tcp-client.ts';

let server: ServerProcess;
let port: number;
beforeEach(async () => {
  port = await freePort();
  server = await boot(`.:${port} {\n whoami\n}\n`);
});
const clients: TcpClient[] = [];
const pipes: PipedServer[] = [];
function piped(...words: ConstructorParameters<typeof PipedServer>): PipedServer {
  const server = new PipedServer(...words);
  pipes.push(server);
  return server;
}
afterEach(async () => {
  for (const each of pipes.splice(0)) each.kill();
  for (const client of clients.splice(0)) client.socket.destroy();
  await server.stop();
});
async function connect(): Promise<TcpClient> {
  const client = await TcpClient.connect(port);
  clients.push(client);
  return client;
}
const answers = async (): Promise<void> => {
  expect((await ask('a.test.', 'A', { port }))?.rcode).toBe(Rcode.NOERROR);
  expect((await ask('a.test.', 'A', { port, isTcp: true }))?.rcode).toBe(Rcode.NOERROR);
};

describe('over TCP', () => {
  test('hundreds of idle connections and half frames hinder nobody', async () => {
    const many = await Promise.all(Array.from({ length: 400 }, connect));
    for (const [at, client] of many.entries()) {
      if (at % 2 === 0) client.socket.write(Uint8Array.of(0xff, 0xff, at & 255));
    }
    await answers();
  });

  test('a thousand pipelined queries are answered in order while others are served', async () => {
    const client = await connect();
    const packets = Array.from({ length: 1000 }, (_, i) => queryPacket(`n${i}.test.`, 'A'));
    client.socket.write(Buffer.concat(packets.map(frame)));
    await answers();
    const ids = (await client.received(1000)).map((reply) => reply.readUInt16BE(0));
    expect(ids).toEqual(packets.map((packet) => Buffer.from(packet).readUInt16BE(0)));
  });

  test('garbage in frames gets the refusal of its header or nothing, and the connection goes on', async () => {
    const client = await connect();
    const garbage = [
      new Uint8Array(0),
      new Uint8Array(5),
      new Uint8Array(40).fill(255),
      new Uint8Array(65_535).fill(3),
    ];
    client.socket.write(Buffer.concat([...garbage, queryPacket('a.test.', 'A')].map(frame)));
    // Only the last garbage has a header that is a request (its opcode is none that is served).
    const replies = await client.received(2);
    expect(decodeMessage(replies[0] ?? new Uint8Array(0))?.rcode).toBe(Rcode.FORMERR);
    expect(decodeMessage(replies[1] ?? new Uint8Array(0))?.rcode).toBe(Rcode.NOERROR);
  });

  test('resets in the middle of queries do no harm', async () => {
    for (let round = 0; round < 50; round += 1) {
      const client = await connect();
      client.socket.write(
        Buffer.concat(Array.from({ length: 20 }, () => frame(queryPacket('a.', 'A')))),
      );
      client.socket.resetAndDestroy();
    }
    await answers();
    expect(server.stderr).toBe('');
  });
});

describe('over UDP', () => {
  test('garbage of every length and header is survived', async () => {
    const lengths = [0, 1, 11, 12, 13, 17, 28, 100, 511, 512, 513, 1400, 9000];
    const fills = [0, 1, 0x40, 0x80, 0xc0, 0xff];
    const packets = lengths.flatMap((length) =>
      fills.map((fill) => new Uint8Array(length).fill(fill)),
    );
    await Promise.all(packets.map((packet) => overUdp(packet, { port, timeoutMs: 50 })));
    await answers();
    expect(server.stderr).toBe('');
    expect(server.stdout).not.toContain('panic');
  });

  test('a name that points to itself is refused', async () => {
    const packet = Buffer.concat([
      queryPacket('.', 'A').subarray(0, 12),
      Uint8Array.of(0xc0, 0x0c, 0, 1, 0, 1),
    ]);
    const reply = await overUdp(packet, { port });
    expect(decodeMessage(reply ?? new Uint8Array(0))?.rcode).toBe(Rcode.FORMERR);
  });
});

test('two servers share a port, and one may end without the other', async () => {
  const second = await boot(`.:${port} {\n whoami\n}\n`);
  second.signal('SIGTERM');
  expect(await second.exited()).toBe(0);
  await second.stop();
  await answers();
});

test('a process out of descriptors answers UDP, and TCP again once connections end', async () => {
  const small = await freePort();
  const server = piped(['-c', 'ulimit -n 80; exec "$0" -conf stdin', NODENS], {
    command: 'sh',
    input: `.:${small} {\n bind 127.0.0.1\n whoami\n}\n`,
  });
  await server.printed('Nodens-');
  const many = await Promise.all(Array.from({ length: 120 }, () => TcpClient.connect(small)));
  clients.push(...many);
  // Those that found no descriptor are closed by the server.
  await Promise.any(many.map((client) => client.ended()));
  expect((await ask('a.test.', 'A', { port: small }))?.rcode).toBe(Rcode.NOERROR);
  for (const client of many) client.socket.destroy();
  let reply: Awaited<ReturnType<typeof ask>>;
  for (let round = 0; round < 20 && reply === undefined; round += 1) {
    reply = await ask('a.test.', 'A', { port: small, isTcp: true });
  }
  expect(reply?.rcode).toBe(Rcode.NOERROR);
  expect(await server.terminate()).toBe(0);
});

test('nobody reads the log any more: queries are answered all the same', async () => {
  const quiet = await freePort();
  const server = piped(['-conf', 'stdin'], {
    input: `.:${quiet} {\n bind 127.0.0.1\n whoami\n log\n}\n`,
  });
  await server.printed('Nodens-');
  server.child.stdout?.destroy();
  for (let round = 0; round < 10; round += 1) {
    expect((await ask('a.test.', 'A', { port: quiet }))?.rcode).toBe(Rcode.NOERROR);
  }
  expect(await server.terminate()).toBe(0);
});

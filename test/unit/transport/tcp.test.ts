// DNS over TCP by real sockets on 127.0.0.1: framing, order, limits, and what clients do wrong. Times are short limits
// of the listener itself; tests wait for what they cause.

import net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type TcpLimits, TcpListener, type TcpReceiver } from '../../../src/transport/tcp.ts';
import { frame, TcpClient } from '../../support/tcp-client.ts';

const LIMITS: TcpLimits = {
  readTimeoutMs: 10_000,
  idleTimeoutMs: 10_000,
  writeTimeoutMs: 10_000,
  maxQueries: -1,
};
const echo: TcpReceiver = (data, _peer, send) => send(data);

const listeners: TcpListener[] = [];
const clients: TcpClient[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  for (const listener of listeners.splice(0)) {
    const closed = listener.close();
    listener.destroy();
    await closed;
  }
});

async function listen(
  receive: TcpReceiver,
  limits: Partial<TcpLimits> = {},
  host = '127.0.0.1',
): Promise<TcpListener> {
  const listener = await TcpListener.open(host, 0, { ...LIMITS, ...limits }, receive);
  listeners.push(listener);
  return listener;
}

async function connect(listener: TcpListener, host = '127.0.0.1'): Promise<TcpClient> {
  const client = await TcpClient.connect(listener.port, { host });
  clients.push(client);
  return client;
}

const texts = (frames: readonly Buffer[]): string[] => frames.map((each) => each.toString());
const message = (text: string): Buffer => frame(Buffer.from(text));

/** A promise with its resolver, for receivers that answer late. */
function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('framing', () => {
  test('answers pipelined messages in order although the first is answered late', async () => {
    const { opened, open } = gate();
    const listener = await listen(async (data, _peer, send) => {
      if (data[0] === 0x61) await opened;
      send(data);
    });
    const client = await connect(listener);
    client.socket.write(Buffer.concat(['a1', 'b2', 'c3'].map(message)));
    open();
    expect(texts(await client.received(3))).toEqual(['a1', 'b2', 'c3']);
  });

  test('puts a message together that arrives octet by octet', async () => {
    const client = await connect(await listen(echo));
    for (const octet of message('hello')) client.socket.write(Uint8Array.of(octet));
    expect(texts(await client.received(1))).toEqual(['hello']);
  });

  test('takes a frame of 65535 octets and sends one back', async () => {
    const client = await connect(await listen(echo));
    client.socket.write(frame(Buffer.alloc(65_535, 7)));
    const [reply] = await client.received(1);
    expect(reply?.length).toBe(65_535);
    expect(reply?.every((octet) => octet === 7)).toBe(true);
  });

  test('hands an empty frame to the receiver and goes on', async () => {
    const seen: number[] = [];
    const client = await connect(
      await listen((data, _peer, send) => {
        seen.push(data.length);
        if (data.length > 0) send(data);
      }),
    );
    client.socket.write(Buffer.concat([message(''), message('x')]));
    await client.received(1);
    expect(seen).toEqual([0, 1]);
  });

  test('sends several messages for one query', async () => {
    const client = await connect(
      await listen((_data, _peer, send) => {
        for (const part of ['one', 'two', 'three']) send(Buffer.from(part));
      }),
    );
    client.socket.write(message('axfr'));
    expect(texts(await client.received(3))).toEqual(['one', 'two', 'three']);
  });

  test('tells the address of the client, IPv4 on a dual-stack socket too', async () => {
    const peers: string[] = [];
    const listener = await listen(
      (data, peer, send) => {
        peers.push(peer.address);
        send(data);
      },
      {},
      '',
    );
    for (const host of ['127.0.0.1', '::1']) {
      const client = await connect(listener, host);
      client.socket.write(message('q'));
      await client.received(1);
    }
    expect(peers).toEqual(['127.0.0.1', '::1']);
  });
});

describe('limits', () => {
  test('cuts a connection that sends nothing within the read time-out', async () => {
    const client = await connect(await listen(echo, { readTimeoutMs: 20 }));
    await client.ended();
    expect(client.frames).toEqual([]);
  });

  test('cuts a slow-loris client: single octets do not prolong the read time-out', async () => {
    const client = await connect(await listen(echo, { readTimeoutMs: 60 }));
    // 402 octets, one every five milliseconds: two seconds at most.
    const octets = message('z'.repeat(400));
    let sent = 0;
    const drip = setInterval(() => {
      if (sent < octets.length - 1) client.socket.write(octets.subarray(sent, ++sent));
    }, 5);
    await client.ended();
    clearInterval(drip);
    expect(sent).toBeLessThan(octets.length - 1);
    expect(client.frames).toEqual([]);
  });

  test('cuts a connection whose next message does not come within the idle time-out', async () => {
    const client = await connect(await listen(echo, { idleTimeoutMs: 20 }));
    client.socket.write(Buffer.concat([message('a'), Buffer.from([0])]));
    await client.received(1);
    await client.ended();
    expect(texts(client.frames)).toEqual(['a']);
  });

  test('does not cut a client that waits for a late answer', async () => {
    const { opened, open } = gate();
    const listener = await listen(
      async (data, _peer, send) => {
        await opened;
        send(data);
      },
      { readTimeoutMs: 20 },
    );
    const client = await connect(listener);
    client.socket.write(message('late'));
    // A second client runs into the time-out meanwhile.
    await (await connect(listener)).ended();
    open();
    expect(texts(await client.received(1))).toEqual(['late']);
  });

  test('ends the connection after the allowed number of queries and answers none beyond', async () => {
    let answered = 0;
    const client = await connect(
      await listen(
        (data, _peer, send) => {
          answered += 1;
          send(data);
        },
        { maxQueries: 2 },
      ),
    );
    client.socket.write(Buffer.concat(['a', 'b', 'c'].map(message)));
    await client.ended();
    expect(texts(client.frames)).toEqual(['a', 'b']);
    expect(answered).toBe(2);
  });

  test('bug: a query behind the last allowed one was answered into a closed socket', async () => {
    const seen: string[] = [];
    const listener = await listen(
      (data, _peer, send) => {
        seen.push(Buffer.from(data).toString());
        send(data);
      },
      { maxQueries: 1 },
    );
    const client = await connect(listener);
    client.socket.write(message('a'));
    await client.ended();
    client.socket.write(message('b'));
    client.socket.end();
    await listener.close();
    listeners.splice(0);
    expect(seen).toEqual(['a']);
    expect(client.wasReset).toBe(false);
  });

  test('cuts a client that reads nothing when a write waits longer than the write time-out', async () => {
    const reply = Buffer.alloc(60_000);
    const client = await connect(
      await listen((_data, _peer, send) => send(reply), { writeTimeoutMs: 50 }),
    );
    client.socket.pause();
    client.socket.write(Buffer.concat(Array.from({ length: 2000 }, () => message('q'))));
    const gone = new Promise<void>((resolve) => client.socket.once('error', () => resolve()));
    // The reset shows at the next write; each is small and the loop ends with the test.
    const poke = setInterval(() => client.socket.write(message('p')), 10);
    await gone;
    clearInterval(poke);
    expect(client.wasReset).toBe(true);
  });

  test('stops reading a client that does not wait for its answers, and loses none of its queries', async () => {
    const { opened, open } = gate();
    let answered = 0;
    const client = await connect(
      await listen(async (data, _peer, send) => {
        await opened;
        answered += 1;
        if (data[0] === 1) send(Buffer.from('end'));
      }),
    );
    const queries = Array.from({ length: 2000 }, () => frame(Buffer.alloc(1000)));
    client.socket.write(Buffer.concat([...queries, frame(Uint8Array.of(1))]));
    open();
    await client.received(1);
    expect(answered).toBe(2001);
  });

  test('bug: each wait for a slow reader left a listener on the socket', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): void => {
      warnings.push(warning.message);
    };
    process.on('warning', note);
    // Each query's replies are more than the kernel takes at once, so each has to wait; more than ten would warn.
    const reply = Buffer.alloc(65_535);
    const listener = await listen((_data, _peer, send) => {
      for (let i = 0; i < 100; i += 1) send(reply);
    });
    const queries = 14;
    const socket = net.connect(listener.port, '127.0.0.1');
    socket.write(Buffer.concat(Array.from({ length: queries }, () => message('q'))));
    let missing = queries * 100 * (2 + reply.length);
    for await (const chunk of socket) {
      missing -= (chunk as Buffer).length;
      if (missing === 0) break;
    }
    await new Promise(setImmediate);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});

describe('ends', () => {
  test('answers what a half-closed client has asked, then ends', async () => {
    const { opened, open } = gate();
    const client = await connect(
      await listen(async (data, _peer, send) => {
        await opened;
        send(data);
      }),
    );
    client.socket.end(Buffer.concat([message('a'), message('b')]));
    client.socket.once('finish', open);
    await client.ended();
    expect(texts(client.frames)).toEqual(['a', 'b']);
    expect(client.wasReset).toBe(false);
  });

  test('close() ends idle connections at once and busy ones after their answer', async () => {
    const { opened, open } = gate();
    const asked = gate();
    const listener = await listen(async (data, _peer, send) => {
      asked.open();
      await opened;
      send(data);
    });
    const idle = await connect(listener);
    const busy = await connect(listener);
    busy.socket.write(message('q'));
    await asked.opened;
    const closed = listener.close();
    await idle.ended();
    expect(busy.hasEnded).toBe(false);
    open();
    await busy.ended();
    expect(texts(busy.frames)).toEqual(['q']);
    idle.socket.end();
    busy.socket.end();
    await closed;
  });

  test('bug: a query on a connection that is being closed was answered into a closed socket', async () => {
    let answered = 0;
    const listener = await listen((data, _peer, send) => {
      answered += 1;
      send(data);
    });
    const client = await connect(listener);
    client.socket.write(message('a'));
    await client.received(1);
    const closed = listener.close();
    client.socket.write(message('b'));
    await client.ended();
    client.socket.end();
    await closed;
    expect(client.wasReset).toBe(false);
    expect(answered).toBe(texts(client.frames).length);
  });

  test('a client that never closes its side is cut after the write time-out', async () => {
    const listener = await listen(echo, { writeTimeoutMs: 20 });
    const client = await connect(listener);
    client.socket.write(message('a'));
    await client.received(1);
    await listener.close();
    listeners.splice(0);
    expect(client.hasEnded).toBe(true);
  });

  test('an answer for a client that has gone is dropped', async () => {
    const { opened, open } = gate();
    const asked = gate();
    const done = gate();
    const listener = await listen(async (_data, _peer, send) => {
      asked.open();
      await opened;
      for (let i = 0; i < 50; i += 1) send(Buffer.alloc(60_000));
      done.open();
    });
    const client = await connect(listener);
    client.socket.write(message('q'));
    await asked.opened;
    client.socket.resetAndDestroy();
    await client.closed();
    open();
    await done.opened;
    await listener.close();
    listeners.splice(0);
  });

  test('takes new limits for the connections that follow', async () => {
    const listener = await listen(echo);
    listener.setLimits({ ...LIMITS, maxQueries: 1 });
    const client = await connect(listener);
    client.socket.write(message('a'));
    await client.ended();
    expect(texts(client.frames)).toEqual(['a']);
  });

  test('serves hundreds of connections at once', async () => {
    const listener = await listen(echo);
    const many = await Promise.all(Array.from({ length: 300 }, () => connect(listener)));
    for (const client of many) client.socket.write(message('q'));
    const replies = await Promise.all(many.map((client) => client.received(1)));
    expect(replies.flatMap(texts).every((text) => text === 'q')).toBe(true);
  });
});

describe('opening', () => {
  test('two listeners share a port by SO_REUSEPORT', async () => {
    const first = await listen(echo);
    const second = await TcpListener.open('127.0.0.1', first.port, LIMITS, echo);
    listeners.push(second);
    expect(second.port).toBe(first.port);
  });

  test.each([
    ['192.0.2.77', 'listen tcp 192.0.2.77:0: bind: cannot assign requested address'],
    ['2001:db8::77', 'listen tcp [2001:db8::77]:0: bind: cannot assign requested address'],
  ])('says in the words of Go why %s cannot be bound', async (host, text) => {
    await expect(TcpListener.open(host, 0, LIMITS, echo)).rejects.toThrow(text);
  });

  test('says that a port is taken by a socket without SO_REUSEPORT', async () => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as net.AddressInfo;
    await expect(TcpListener.open('127.0.0.1', port, LIMITS, echo)).rejects.toThrow(
      `listen tcp 127.0.0.1:${port}: bind: address already in use`,
    );
    other.close();
  });
});

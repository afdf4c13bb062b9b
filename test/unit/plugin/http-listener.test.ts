// The HTTP endpoint on real sockets.
import { createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/base/clock.ts';
import {
  HttpListener,
  type HttpListenerOptions,
  type HttpReply,
  PLAIN_TEXT,
} from '../../../src/plugin/http-listener.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { askHttp } from '../../support/http-ask.ts';

const OK: HttpReply = { status: 200, contentType: PLAIN_TEXT, body: 'OK', isCompressible: false };
const opened: HttpListener[] = [];

async function open(
  answer: HttpListenerOptions['answer'],
  clock: Clock = systemClock,
): Promise<{ readonly listener: HttpListener; readonly port: number }> {
  const listener = new HttpListener({ address: '127.0.0.1:0', path: '/health', clock, answer });
  await listener.open();
  opened.push(listener);
  return { listener, port: listener.port ?? 0 };
}

afterEach(async () => {
  for (const listener of opened.splice(0)) await listener.close();
});

describe('answers', () => {
  test.each(['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'])('%s gets the body', async (method) => {
    const { port } = await open(() => OK);
    const { status, headers, body } = await askHttp(port, '/health', { method, body: 'x' });
    expect([status, headers['content-type'], body.toString()]).toEqual([200, PLAIN_TEXT, 'OK']);
    expect(headers['content-length']).toBe('2');
    expect(headers['keep-alive']).toBeUndefined();
  });

  test('HEAD gets the length without a body', async () => {
    const { port } = await open(() => OK);
    const { headers, body } = await askHttp(port, '/health', { method: 'HEAD' });
    expect([headers['content-length'], body.length]).toEqual(['2', 0]);
  });

  test('other paths are missing', async () => {
    const { port } = await open(() => OK);
    const { status, headers, body } = await askHttp(port, '/healthz');
    expect([status, headers['content-type']]).toEqual([404, PLAIN_TEXT]);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body.toString()).toBe('404 page not found\n');
  });

  test('paths that are not clean are redirected', async () => {
    const { port } = await open(() => OK);
    const got = await askHttp(port, '//health?a=1&b="<');
    expect([got.status, got.headers['location']]).toEqual([307, '/health?a=1&b="<']);
    expect(got.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(got.body.toString()).toBe(
      '<a href="/health?a=1&amp;b=&#34;&lt;">Temporary Redirect</a>.\n\n',
    );
    const put = await askHttp(port, '//health', { method: 'PUT' });
    expect([put.status, put.headers['content-type'], put.body.length]).toEqual([307, undefined, 0]);
  });

  test('compressible bodies go out as gzip to those who ask for it', async () => {
    const { port } = await open(() => ({ ...OK, isCompressible: true }));
    const plain = await askHttp(port, '/health');
    expect(plain.headers['content-encoding']).toBeUndefined();
    const packed = await askHttp(port, '/health', { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(packed.body).toString()).toBe('OK');
  });

  test.each([new Error('no luck'), 'no luck'])('a failure is status 500', async (failure) => {
    const { port } = await open(() => Promise.reject(failure));
    const { status, body } = await askHttp(port, '/health');
    expect([status, body.toString()]).toEqual([500, 'no luck\n']);
  });

  test('an answer that cannot be sent ends the connection', async () => {
    const { port } = await open(() => ({ ...OK, contentType: 'line\nbreak' }));
    await expect(askHttp(port, '/health')).rejects.toThrow();
  });
});

describe('opening', () => {
  test('all addresses are one socket', async () => {
    const listener = new HttpListener({
      address: ':0',
      path: '/health',
      clock: systemClock,
      answer: () => OK,
    });
    await listener.open();
    opened.push(listener);
    expect((await askHttp(listener.port ?? 0, '/health')).status).toBe(200);
  });

  test('a second listener may have the same address', async () => {
    const { port } = await open(() => OK);
    const second = new HttpListener({
      address: `127.0.0.1:${port}`,
      path: '/health',
      clock: systemClock,
      answer: () => OK,
    });
    await second.open();
    opened.push(second);
    expect(second.port).toBe(port);
  });

  test('twice is once', async () => {
    const { listener, port } = await open(() => OK);
    await listener.open();
    expect(listener.port).toBe(port);
  });

  test("an address in use gives Go's words", async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => {
      occupant.listen(0, '127.0.0.1', resolve);
    });
    const bound = occupant.address();
    const address = `127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`;
    const listener = new HttpListener({
      address,
      path: '/x',
      clock: systemClock,
      answer: () => OK,
    });
    await expect(listener.open()).rejects.toThrow(
      `listen tcp ${address}: bind: address already in use`,
    );
    expect(listener.port).toBeUndefined();
    await new Promise((resolve) => {
      occupant.close(resolve);
    });
  });
});

describe('closing', () => {
  test('refuses connections, and the listener may be opened again', async () => {
    const { listener, port } = await open(() => OK);
    expect(await listener.close()).toBe(true);
    expect(listener.port).toBeUndefined();
    await expect(askHttp(port, '/health')).rejects.toThrow('ECONNREFUSED');
    expect(await listener.close()).toBe(true);
    await listener.open();
    expect((await askHttp(listener.port ?? 0, '/health')).status).toBe(200);
  });

  test('waits for a request under way', async () => {
    const clock = new FakeClock();
    const { listener, port } = await open(async () => {
      closing = listener.close();
      await Promise.resolve();
      return OK;
    }, clock);
    let closing: Promise<boolean> = Promise.resolve(false);
    expect((await askHttp(port, '/health')).body.toString()).toBe('OK');
    expect(await closing).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  test('cuts a request that takes more than five seconds', async () => {
    const clock = new FakeClock();
    let arrived = (): void => {};
    const isAsked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { listener, port } = await open(() => {
      arrived();
      return new Promise<HttpReply>(() => {});
    }, clock);
    const asked = askHttp(port, '/health').catch(String);
    await isAsked;
    const closing = listener.close();
    clock.advance(5000);
    expect(await closing).toBe(false);
    expect(await asked).toContain('socket hang up');
  });
});

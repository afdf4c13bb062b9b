// `nodens lookup` and its client against our own transports with scripted answers, and against servers that are
// silent.

import dgram from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Packet } from 'dns2';
import { afterEach, describe, expect, test } from 'vitest';
import { askOnce, closingConnections } from '../../../../src/cli/lookup/client.ts';
import { lookup } from '../../../../src/cli/lookup/lookup.ts';
import { recordData, recordLine } from '../../../../src/cli/lookup/record-line.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { RRType, rrTypeName } from '../../../../src/dns/codes/rr-type.ts';
import { formatName, parseName } from '../../../../src/dns/name.ts';
import { srvRdata } from '../../../../src/dns/rdata/srv.ts';
import type { Exchange } from '../../../../src/plugin/exchange.ts';
import { KernelDrops } from '../../../../src/server/kernel-drops.ts';
import { ListenerSockets } from '../../../../src/server/listener-sockets.ts';
import { ServingInstance } from '../../../../src/server/serving-instance.ts';
import { freePort } from '../../../support/server.ts';
import {
  blockSpec,
  listenerSpec,
  servingConfig,
  servingPlugin,
  ThreadBench,
} from '../../../support/serving-bench.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

/** Answers by `NAME TYPE`: a response code, or what fills the reply. Other names do not exist. */
type Script = Readonly<Record<string, number | ((exchange: Exchange) => void)>>;

async function serve(script: Script, asked: string[] = []): Promise<number> {
  const plugin = servingPlugin('test', (exchange) => {
    const question = `${formatName(exchange.name)} ${rrTypeName(exchange.type)}`;
    asked.push(question);
    const rule = script[question] ?? Rcode.NXDOMAIN;
    if (typeof rule === 'number') return exchange.reply.write(rule);
    rule(exchange);
    return exchange.reply.write(Rcode.NOERROR);
  });
  const port = await freePort();
  const spec = listenerSpec(port);
  const bench = new ThreadBench(plugin);
  const instance = new ServingInstance(servingConfig(1, [blockSpec(['test'])], [spec]), bench);
  const target = instance.target(spec.id);
  if (target === undefined) throw new Error('no target');
  const sockets = await ListenerSockets.open(spec, target, new KernelDrops(bench.metrics, spec.id));
  closing.push(async () => {
    const closed = sockets.close();
    sockets.destroy();
    await closed;
  });
  return port;
}

const name = (text: string): Uint8Array => parseName(text) ?? new Uint8Array(0);
const record = (
  exchange: Exchange,
  type: number,
  rdata: Uint8Array,
  owner = exchange.askedName,
): void => {
  exchange.reply.answer.push({ name: owner, type, class: 1, ttl: 30, rdata });
};
const address = (exchange: Exchange): void =>
  record(exchange, RRType.A, Uint8Array.of(10, 0, 0, 1));

async function run(
  ...words: string[]
): Promise<{ code: number; lines: string[]; errors: string[] }> {
  const [lines, errors]: [string[], string[]] = [[], []];
  const code = await lookup(words, {
    print: (line) => lines.push(line),
    printError: (line) => errors.push(line),
  });
  return { code, lines, errors };
}

/** A socket of each kind that takes everything and says nothing. */
async function silent(): Promise<{ port: number; connections: Set<net.Socket> }> {
  const connections = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    connections.add(socket);
    socket.on('error', () => undefined);
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const socket = dgram.createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
  closing.push(() => {
    for (const each of connections) each.destroy();
    server.close();
    socket.close();
  });
  return { port, connections };
}

describe('the walk', () => {
  test('prints each query and then the answer', async () => {
    const port = await serve({
      'web.svc.cluster.local. A': address,
      'web.svc.cluster.local. AAAA': Rcode.NOERROR,
    });
    const { code, lines } = await run('web', '--server', `127.0.0.1:${port}`);
    expect(lines).toEqual([
      'query web.default.svc.cluster.local. A: NXDOMAIN, 0 records',
      'query web.default.svc.cluster.local. AAAA: NXDOMAIN, 0 records',
      'query web.svc.cluster.local. A: NOERROR, 1 record',
      'query web.svc.cluster.local. AAAA: NOERROR, 0 records',
      'web.svc.cluster.local. 30 IN A 10.0.0.1',
    ]);
    expect(code).toBe(0);
  });

  test('--short prints the data alone, each once', async () => {
    const both = (exchange: Exchange): void => {
      address(exchange);
      address(exchange);
    };
    const port = await serve({ 'web. A': both, 'web. AAAA': both });
    const { code, lines } = await run('web.', '--short', '--server', `127.0.0.1:${port}`);
    expect([code, lines]).toEqual([0, ['10.0.0.1']]);
  });

  test.each([
    ['no such name', {}, 1, 'no answer: nxdomain'],
    ['no data', { 'x. A': 0, 'x. AAAA': 0 }, 1, 'no answer: nodata'],
    ['SERVFAIL', { 'x. A': 2, 'x. AAAA': 2 }, 3, 'no answer: servfail'],
    ['REFUSED', { 'x. A': 5, 'x. AAAA': 5 }, 3, 'no answer: refused'],
    ['another code', { 'x. A': 4, 'x. AAAA': 4 }, 3, 'no answer: refused'],
  ])('%s', async (_what, script, code, last) => {
    const port = await serve(script);
    const result = await run('x.', '--server', `127.0.0.1:${port}`);
    expect([result.code, result.lines.at(-1)]).toEqual([code, last]);
  });

  test('a CNAME alone ends the walk and is shown, but is no answer', async () => {
    const alias = (exchange: Exchange): void => record(exchange, RRType.CNAME, name('else.test.'));
    const script = {
      'web.default.svc.cluster.local. A': alias,
      'web.default.svc.cluster.local. AAAA': alias,
    };
    const { code, lines } = await run('web', '--server', `127.0.0.1:${await serve(script)}`);
    expect(code).toBe(1);
    expect(lines.slice(-2)).toEqual([
      'web.default.svc.cluster.local. 30 IN CNAME else.test.',
      'no answer: nodata',
    ]);
  });

  test('bug: a CNAME that was asked for was no answer', async () => {
    const port = await serve({
      'x. CNAME': (exchange) => record(exchange, RRType.CNAME, name('y.')),
    });
    expect(await run('x.', 'CNAME', '--short', '--server', `127.0.0.1:${port}`)).toMatchObject({
      code: 0,
      lines: ['y.'],
    });
  });

  test('musl stops where glibc goes on', async () => {
    const asked: string[] = [];
    const port = await serve({ 'web.default.svc.cluster.local. SRV': 0 }, asked);
    await run('web', 'SRV', '--libc', 'musl', '--server', `127.0.0.1:${port}`);
    expect(asked).toHaveLength(1);
    asked.splice(0);
    await run('web', 'SRV', '--server', `127.0.0.1:${port}`);
    expect(asked).toHaveLength(4);
  });

  test('an address is asked for by its reverse name, over TCP as well', async () => {
    const ptr = (exchange: Exchange): void => record(exchange, RRType.PTR, name('web.test.'));
    const port = await serve({ '1.0.0.10.in-addr.arpa. PTR': ptr });
    for (const more of [[], ['--tcp']]) {
      const { code, lines } = await run(
        '10.0.0.1',
        '--short',
        '--server',
        `127.0.0.1:${port}`,
        ...more,
      );
      expect([code, lines]).toEqual([0, ['web.test.']]);
    }
  });

  test('a reply that is cut is asked for again over TCP', async () => {
    const many = (exchange: Exchange): void => {
      for (let i = 0; i < 60; i += 1) record(exchange, RRType.A, Uint8Array.of(10, 0, 1, i));
    };
    const port = await serve({ 'many. A': many, 'many. AAAA': 0 });
    const { code, lines } = await run('many.', '--short', '--server', `127.0.0.1:${port}`);
    expect([code, lines.length]).toEqual([0, 60]);
  });

  test('the root has a name', async () => {
    const port = await serve({
      '. NS': (exchange) => record(exchange, RRType.NS, name('ns.test.')),
    });
    const { code, lines } = await run('.', 'NS', '--short', '--server', `127.0.0.1:${port}`);
    expect([code, lines]).toEqual([0, ['ns.test.']]);
  });
});

describe('settings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nodens-lookup-'));
  const file = join(folder, 'resolv.conf');
  afterEach(() => rmSync(file, { force: true }));

  test('come from a resolv.conf, with ndots of the command line in front', async () => {
    const asked: string[] = [];
    const port = await serve({}, asked);
    writeFileSync(file, 'nameserver 127.0.0.1\nsearch a.test b.test\noptions ndots:1\n');
    const server = ['--server', `127.0.0.1:${port}`, '--resolv-conf', file];
    await run('x.y', 'A', ...server);
    expect(asked).toEqual(['x.y. A', 'x.y.a.test. A', 'x.y.b.test. A']);
    asked.splice(0);
    await run('x.y', 'A', '--ndots', '2', ...server);
    expect(asked).toEqual(['x.y.a.test. A', 'x.y.b.test. A', 'x.y. A']);
  });

  test.each([
    ['a resolv.conf that is not there', ['x', '--resolv-conf', '/nonexistent'], 'no such file'],
    ['a port that is none', ['x', '--server', 'h:port'], 'not a port: port'],
    ['a port out of range', ['x', '--server', '[::1]:70000'], 'not a port: 70000'],
    ['no name', [], 'a name to look up is needed'],
    ['manifests that are not there', ['x', '--manifests', '/nonexistent/dir'], '/nonexistent/dir'],
  ])('%s ends with exit code 2', async (_what, words, text) => {
    const { code, errors } = await run(...words);
    expect(code).toBe(2);
    expect(errors.join('\n')).toContain(text);
  });

  test('a resolv.conf without a server needs --server', async () => {
    writeFileSync(file, 'search a\n');
    expect((await run('x', '--resolv-conf', file)).errors[0]).toContain('no nameserver in');
  });

  test('the file of a pod is printed', async () => {
    const { code, lines } = await run('--print-resolv-conf', '-n', 'ns', '--ndots', '2');
    expect(code).toBe(0);
    expect(lines.join('\n')).toBe(
      'nameserver 10.96.0.10\nsearch ns.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:2',
    );
  });

  test('--help is no error', async () => {
    const { code, lines } = await run('--help');
    expect(code).toBe(0);
    expect(lines[0]).toContain('Usage: nodens lookup NAME [TYPE]');
  });
});

describe('a server that does not answer', () => {
  test.each([false, true])('is a failure after the time-out (tcp: %s)', async (isTcp) => {
    const { port } = await silent();
    const answer = await closingConnections(() =>
      askOnce('x.', 'A', { host: '127.0.0.1', port, isTcp, timeoutMs: 30 }),
    );
    expect(answer).toEqual({ failure: expect.stringMatching(/30 ?ms/) });
  });

  test('bug: the connection to a silent server kept the process alive', async () => {
    const { port, connections } = await silent();
    await closingConnections(() =>
      askOnce('x.', 'A', { host: '127.0.0.1', port, isTcp: true, timeoutMs: 30 }),
    );
    const [connection] = connections;
    if (connection?.closed === false) await once(connection, 'close');
    expect(connection?.closed).toBe(true);
  });

  test('that nobody listens for is a failure', async () => {
    const answer = await askOnce('x.', 'A', {
      host: '127.0.0.1',
      port: await freePort(),
      isTcp: true,
      timeoutMs: 1000,
    });
    expect(answer).toEqual({ failure: expect.stringContaining('ECONNREFUSED') });
  });

  test('TCP to an IPv6 address is refused by name', async () => {
    const answer = await askOnce('x.', 'A', { host: '::1', port: 1, isTcp: true, timeoutMs: 10 });
    expect(answer).toEqual({ failure: 'TCP to an IPv6 server is not supported by dns2' });
  });

  test('a name that cannot be encoded is a failure', async () => {
    const { port } = await silent();
    const answer = await askOnce(`${'a'.repeat(64)}.`, 'A', {
      host: '127.0.0.1',
      port,
      isTcp: false,
      timeoutMs: 1000,
    });
    expect(answer).toEqual({ failure: expect.stringContaining('label') });
  });
});

describe('records as text', () => {
  const base = { name: 'x.test', ttl: 5, class: 1 };
  const { TYPE } = Packet;
  test.each([
    [{ ...base, type: TYPE.A, address: '10.0.0.1' }, 'x.test. 5 IN A 10.0.0.1'],
    [{ ...base, type: TYPE.NS, ns: 'ns.test' }, 'x.test. 5 IN NS ns.test.'],
    [
      { ...base, type: TYPE.SRV, priority: 0, weight: 100, port: 80, target: 'a.test' },
      'x.test. 5 IN SRV 0 100 80 a.test.',
    ],
    [{ ...base, type: TYPE.MX, priority: 10, exchange: 'm.test' }, 'x.test. 5 IN MX 10 m.test.'],
    [{ ...base, type: TYPE.TXT, data: ['a "b"', 'c\\'] }, 'x.test. 5 IN TXT "a \\"b\\"" "c\\\\"'],
    [
      {
        ...base,
        type: TYPE.SOA,
        primary: 'ns',
        admin: 'root',
        serial: 1,
        refresh: 2,
        retry: 3,
        expiration: 4,
        minimum: 5,
      },
      'x.test. 5 IN SOA ns. root. 1 2 3 4 5',
    ],
    [
      { ...base, class: 3, type: 731, data: Buffer.from([1, 255]) },
      'x.test. 5 CH TYPE731 \\# 2 01ff',
    ],
    [{ ...base, class: 9, type: TYPE.CAA, flags: 0 }, 'x.test. 5 CLASS9 CAA {}'],
  ])('%#', (resource, line) => {
    expect(recordLine(resource as never)).toBe(line);
  });

  test('an SRV record of our own server reads as it was written', async () => {
    const rdata = srvRdata(0, 33, 8080, name('web-0.web.test.'));
    const port = await serve({ 'x. SRV': (exchange) => record(exchange, RRType.SRV, rdata) });
    const answer = await askOnce('x.', 'SRV', {
      host: '127.0.0.1',
      port,
      isTcp: false,
      timeoutMs: 2000,
    });
    const [found] = 'packet' in answer ? answer.packet.answers : [];
    expect(found === undefined ? '' : recordData(found)).toBe('0 33 8080 web-0.web.test.');
  });
});

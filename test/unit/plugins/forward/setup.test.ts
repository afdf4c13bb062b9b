// The options of forward: defaults, checks, CoreDNS's error texts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { ForwardOptions } from '../../../../src/plugins/forward/options.ts';
import { defaultForwardBlock, forwardRows } from '../../../../src/plugins/forward/options.ts';
import { forwardControl } from '../../../../src/plugins/forward/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';

const folder = mkdtempSync(join(tmpdir(), 'forward-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function load(lines: string, bench = new ControlBench()): Promise<ForwardOptions[]> {
  return (await bench.load(forwardControl, `.:1053 {\n${lines}\n}\n`)) as ForwardOptions[];
}

async function loadOptions(options: string): Promise<ForwardOptions> {
  const [handler] = await load(`forward . 127.0.0.1 {\n${options}\n}`);
  if (handler === undefined) throw new Error('no handler');
  return handler;
}

describe('targets', () => {
  test.each([
    ['127.0.0.1', [{ host: '127.0.0.1', port: '53' }]],
    ['127.0.0.1:5300', [{ host: '127.0.0.1', port: '5300' }]],
    ['dns://127.0.0.1', [{ host: '127.0.0.1', port: '53' }]],
    ['::1', [{ host: '::1', port: '53' }]],
    ['[::1]:5300', [{ host: '::1', port: '5300' }]],
    ['fe80::1%eth0', [{ host: 'fe80::1%eth0', port: '53' }]],
    ['127.0.0.1:x', [{ host: '127.0.0.1', port: 'x' }]],
    ['127.0.0.1:99999', [{ host: '127.0.0.1', port: '99999' }]],
    ['127.0.0.1 127.0.0.1:53', [{ host: '127.0.0.1', port: '53' }]],
  ])('%s is %j', async (targets, upstreams) => {
    expect((await load(`forward . ${targets}`))[0]?.upstreams).toEqual(upstreams);
  });

  test('a file in the form of resolv.conf gives its name servers', async () => {
    const path = join(folder, 'resolv.conf');
    writeFileSync(path, '# x\nsearch a b\nnameserver 127.0.0.2\n nameserver ::1 \n');
    expect((await load(`forward . ${path}`))[0]?.upstreams).toEqual([
      { host: '127.0.0.2', port: '53' },
      { host: '::1', port: '53' },
    ]);
  });

  test('a host name is looked up', async () => {
    const upstreams = (await load('forward . localhost:5300'))[0]?.upstreams ?? [];
    expect(upstreams).toContainEqual({ host: '127.0.0.1', port: '5300' });
  });

  test.each([
    ['1.1.1.1.1', 'failed to resolve "1.1.1.1.1": lookup 1.1.1.1.1: no such host'],
    ['/nonexistent/x', 'failed to resolve "/nonexistent/x": lookup /nonexistent/x: no such host'],
    ['foo..bar', 'not an IP address, file, or valid domain: "foo..bar"'],
    [
      'quic://1.1.1.1',
      "'quic' is not supported as a destination protocol in forward: quic://1.1.1.1:853",
    ],
    [
      'https://1.1.1.1/path',
      'paths are not allowed in HTTPS upstream addresses (the /dns-query path is used by default): https://1.1.1.1/path',
    ],
    ['tls://1.1.1.1', 'tls:// upstreams are not supported yet'],
    ['https://1.1.1.1', 'https:// upstreams are not supported yet'],
  ])('%s is refused: %s', async (target, text) => {
    await expect(load(`forward . ${target}`)).rejects.toThrow(text);
  });

  test('a name that no resolver answers for is refused with the resolver', async () => {
    // Port 1 of 127.0.0.1 refuses.
    await expect(load('forward . nohost.test {\nresolver 127.0.0.1:1\n}')).rejects.toThrow(
      'failed to resolve "nohost.test": lookup nohost.test on 127.0.0.1:1: ',
    );
  });

  test('an empty file gives no upstreams', async () => {
    const path = join(folder, 'empty.conf');
    writeFileSync(path, '');
    await expect(load(`forward . ${path}`)).rejects.toThrow('no valid upstream addresses found');
  });

  test('sixteen are too many', async () => {
    const targets = Array.from({ length: 16 }, (_, index) => `127.0.0.${index + 1}`);
    const text = 'more than 15 TOs configured: 16';
    await expect(load(`forward . ${targets.join(' ')}`)).rejects.toThrow(text);
  });
});

describe('FROM', () => {
  test('is a zone in lower case', async () => {
    expect((await load('forward Example.ORG 127.0.0.1'))[0]?.from).toBe('example.org.');
  });

  test('of several zones is cut to the first, with a warning', async () => {
    const bench = new ControlBench();
    const [handler] = await load('forward 10.0.0.0/23 127.0.0.1', bench);
    expect(handler?.from).toBe('0.0.10.in-addr.arpa.');
    expect(bench.log.lines).toEqual([
      "[WARNING] plugin/forward: Unsupported CIDR notation: '10.0.0.0/23' expands to multiple zones. Using only '0.0.10.in-addr.arpa.'.",
    ]);
  });

  test.each([
    ['forward', "Wrong argument count or unexpected line ending after 'forward'"],
    ['forward .', "Wrong argument count or unexpected line ending after '.'"],
    ['forward a..b 127.0.0.1', "unable to normalize 'a..b'"],
  ])('%s is refused: %s', async (line, text) => {
    await expect(load(line)).rejects.toThrow(text);
  });

  test('each stanza is a handler, in order', async () => {
    const handlers = await load('forward a.test 127.0.0.1\nforward . 127.0.0.2');
    expect(handlers.map(({ from }) => from)).toEqual(['a.test.', '.']);
  });

  test('queries of other classes are let in', async () => {
    const bench = new ControlBench();
    await load('forward . 127.0.0.1', bench);
    expect(bench.blocks[0]?.settings.acceptsOtherClasses).toBe(true);
  });
});

describe('options', () => {
  test("have CoreDNS's defaults", async () => {
    const [handler] = await load('forward . 127.0.0.1');
    expect(handler).toEqual({
      ...defaultForwardBlock(),
      from: '.',
      upstreams: [{ host: '127.0.0.1', port: '53' }],
    });
  });

  test.each([
    ['except A.test 10.0.0.0/24', { except: ['a.test.', '0.0.10.in-addr.arpa.'] }],
    ['force_tcp', { isTcpForced: true }],
    ['prefer_udp', { isUdpPreferred: true }],
    ['expire 20s', { expireMs: 20_000 }],
    ['max_age 1m', { maxAgeMs: 60_000 }],
    ['max_idle_conns 3', { maxIdle: 3 }],
    ['read_timeout 300ms', { readTimeoutMs: 300 }],
    ['max_fails 0', { maxFails: 0 }],
    ['max_connect_attempts 7', { maxAttempts: 7 }],
    ['tls', {}],
    ['doh_method GET', {}],
    ['policy round_robin', { policy: 'round_robin' }],
    ['health_check 1s', { healthIntervalMs: 1000 }],
    [
      'health_check 1s no_rec domain Up.test',
      { healthIntervalMs: 1000, isHealthRecursive: false, healthDomain: 'up.test' },
    ],
    ['max_concurrent 9', { maxConcurrent: 9 }],
    ['next NXDOMAIN refused', { nextRcodes: [3, 5] }],
    ['next_on_nodata', { isNextOnNoData: true }],
    ['failover SERVFAIL', { failoverRcodes: [2] }],
    ['failfast_all_unhealthy_upstreams', { isFailfast: true }],
    ['source_address 127.0.0.1', { sourceAddress: '127.0.0.1' }],
    ['resolver 127.0.0.1 127.0.0.1:54 ::1', { resolvers: ['127.0.0.1', '127.0.0.1:54', '::1'] }],
  ])('%s', async (line, changed) => {
    expect(await loadOptions(line)).toMatchObject({ ...defaultForwardBlock(), ...changed });
  });

  test.each([
    ['except', "Wrong argument count or unexpected line ending after 'except'"],
    ['force_tcp x', "Wrong argument count or unexpected line ending after 'x'"],
    ['prefer_udp x', "Wrong argument count or unexpected line ending after 'x'"],
    ['tls a b c d', "Wrong argument count or unexpected line ending after 'd'"],
    ['tls a', 'tls is not supported yet'],
    ['tls_servername a', 'tls_servername is not supported yet'],
    ['doh_method PUT', 'doh_method must be either POST or GET'],
    ['policy', "Wrong argument count or unexpected line ending after 'policy'"],
    ['policy foo', "Corefile:3 - Error during parsing: unknown policy 'foo'"],
    ['expire x', 'time: invalid duration "x"'],
    ['expire -1s', "expire can't be negative: -1s"],
    ['max_age -5s', "max_age can't be negative: -5s"],
    ['max_age 5s', 'max_age (5s) must not be less than expire (10s)'],
    ['max_idle_conns -1', "max_idle_conns can't be negative: -1"],
    ['max_idle_conns x', 'strconv.Atoi: parsing "x": invalid syntax'],
    ['read_timeout 0s', 'read_timeout must be positive: 0s'],
    ['max_fails -1', 'strconv.ParseUint: parsing "-1": invalid syntax'],
    ['max_connect_attempts x', 'strconv.ParseUint: parsing "x": invalid syntax'],
    ['max_concurrent -1', "max_concurrent can't be negative: -1"],
    ['health_check x', 'time: invalid duration "x"'],
    ['health_check -1s', "health_check can't be negative: -1000000000"],
    ['health_check 1s foo', 'health_check: unknown option foo'],
    ['health_check 1s domain a..b', 'health_check: invalid domain name a..b'],
    ['health_check 1s domain', "Wrong argument count or unexpected line ending after 'domain'"],
    ['next FOO', 'FOO is not a valid rcode'],
    ['next', "Wrong argument count or unexpected line ending after 'next'"],
    ['failover x', 'x is not a valid rcode'],
    ['failover NOERROR', 'NoError cannot be used in failover'],
    ['source_address x', 'Corefile:3 - Error during parsing: invalid IP address: x'],
    ['resolver foo', 'resolver must be an IP address or IP:port: "foo"'],
    ['foo', "Corefile:3 - Error during parsing: unknown property 'foo'"],
  ])('%s is refused: %s', async (line, text) => {
    await expect(loadOptions(line)).rejects.toThrow(text);
  });

  test('all have a sentence for the README', () => {
    for (const { name, doc } of forwardRows) expect(doc, name).not.toBe('');
  });
});

// The options of forward: defaults, checks, CoreDNS's error texts.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { Dispenser } from '../../../../src/corefile/dispenser.ts';
import { parseCorefile } from '../../../../src/corefile/parser.ts';
import type { BlockSetup, ControlPlugin } from '../../../../src/plugin/control.ts';
import { systemAuthorities } from '../../../../src/plugin/system-authorities.ts';
import type { ForwardOptions } from '../../../../src/plugins/forward/options.ts';
import { defaultForwardBlock, forwardRows } from '../../../../src/plugins/forward/options.ts';
import { forwardControl } from '../../../../src/plugins/forward/setup.ts';
import { hasOpenssl, TestAuthority } from '../../../support/certificates.ts';
import { PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { MemoryReader } from '../../../support/memory-reader.ts';

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
    ['[::1]', [{ host: '::1', port: '53' }]],
    ['tls://127.0.0.1', [{ host: '127.0.0.1', port: '853', protocol: 'tls' }]],
    ['tls://127.0.0.1:8853', [{ host: '127.0.0.1', port: '8853', protocol: 'tls' }]],
    [
      'tls://127.0.0.1%a.test:8853 tls://[::1%b.test]:8853 tls://::2%c.test',
      [
        { host: '127.0.0.1', port: '8853', protocol: 'tls', serverName: 'a.test' },
        { host: '::1', port: '8853', protocol: 'tls', serverName: 'b.test' },
        { host: '::2', port: '853', protocol: 'tls', serverName: 'c.test' },
      ],
    ],
    ['https://127.0.0.1', [{ host: '127.0.0.1', port: '443', protocol: 'https' }]],
    ['https://127.0.0.1%a.test', [{ host: '127.0.0.1', port: '443', protocol: 'https' }]],
    // The first of two with the same address and port counts.
    ['tls://127.0.0.1:53 127.0.0.1', [{ host: '127.0.0.1', port: '53', protocol: 'tls' }]],
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

  test('a file is read anew with each configuration, and is plain DNS always', async () => {
    const path = join(folder, 'changing.conf');
    const hosts: unknown[] = [];
    for (const host of ['127.0.0.2', '127.0.0.3']) {
      writeFileSync(path, `nameserver ${host}\n`);
      hosts.push((await load(`forward . tls://${path}`))[0]?.upstreams);
    }
    expect(hosts).toEqual([
      [{ host: '127.0.0.2', port: '53' }],
      [{ host: '127.0.0.3', port: '53' }],
    ]);
  });

  test('a host name is looked up', async () => {
    const upstreams = (await load('forward . localhost:5300'))[0]?.upstreams ?? [];
    expect(upstreams).toContainEqual({ host: '127.0.0.1', port: '5300' });
    expect((await load('forward . tls://localhost%a.test'))[0]?.upstreams).toContainEqual({
      host: '127.0.0.1',
      port: '853',
      protocol: 'tls',
      serverName: 'a.test',
    });
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
    ['foo..bar:53', 'not an IP address, file, or valid domain: "foo..bar:53"'],
    ['quic://foo', 'not an IP address, file, or valid domain: "quic://foo"'],
    ['tls://', 'invalid address: "tls://"'],
    ['a:b:c', 'failed to resolve "a:b:c": lookup a:b:c: no such host'],
    [
      'unix:///run/x',
      "'unix' is not supported as a destination protocol in forward: unix:///run/x",
    ],
  ])('%s is refused: %s', async (target, text) => {
    await expect(load(`forward . ${target}`)).rejects.toThrow(text);
  });

  test('a name that no resolver answers for is refused with the resolver', async () => {
    // Port 1 of 127.0.0.1 refuses.
    await expect(load('forward . nohost.test {\nresolver 127.0.0.1:1\n}')).rejects.toThrow(
      'failed to resolve "nohost.test": no addresses found for "nohost.test": read udp 127.0.0.1:',
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
    ['tls', { tlsFiles: [] }],
    ['tls_servername a.test', { tlsServerName: 'a.test' }],
    ['doh_method GET', { dohMethod: 'GET' }],
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
    [
      'resolver 127.0.0.2\nresolver 127.0.0.1 127.0.0.1:54 ::1',
      { resolvers: ['127.0.0.1', '127.0.0.1:54', '::1'] },
    ],
  ])('%s', async (line, changed) => {
    expect(await loadOptions(line)).toMatchObject({ ...defaultForwardBlock(), ...changed });
  });

  test.each([
    ['except', "Wrong argument count or unexpected line ending after 'except'"],
    ['force_tcp x', "Wrong argument count or unexpected line ending after 'x'"],
    ['prefer_udp x', "Wrong argument count or unexpected line ending after 'x'"],
    ['tls a b c d', "Wrong argument count or unexpected line ending after 'd'"],
    ['tls nofile', 'error reading nofile: open nofile: no such file or directory'],
    ['tls a b', 'could not load TLS cert: open a: no such file or directory'],
    ['tls_servername', "Wrong argument count or unexpected line ending after 'tls_servername'"],
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

describe('TLS', () => {
  test('has the authorities of the machine when the block names none', async () => {
    const [handler] = await load('forward . 127.0.0.1 https://127.0.0.1');
    expect(handler?.tls).toEqual({ ca: systemAuthorities() });
  });

  test('is not thought of without upstreams that need it', async () => {
    expect((await loadOptions('tls_servername a.test')).tls).toBeUndefined();
  });

  test.skipIf(!hasOpenssl)('has the files that the block names', async () => {
    const authority = new TestAuthority();
    const { ca, folder: certificates } = authority;
    const client = authority.issue('client');
    const files = `${client.certPath} ${client.keyPath} ${ca.certPath}`;
    const [handler] = await load(`forward . tls://127.0.0.1 {\ntls ${files}\n}`);
    const { cert, key } = client;
    expect(handler?.tls).toEqual({ ca: ca.cert.trim(), cert, key });
    // Relative names count from the folder of plugin root.
    const bench = new PluginBench(systemClock);
    const text = '.:1053 {\nforward . tls://127.0.0.1 {\ntls ca.pem\n}\n}\n';
    const [relative] = await setUp(forwardControl, text, bench.block(['.'], certificates));
    expect(relative).toMatchObject({ tls: { ca: ca.cert.trim() } });
    authority.remove();
  });

  test('may not have two names for one upstream', async () => {
    const text =
      "both forward ('c.d') and proxy level ('a.b') TLS servernames are set for upstream proxy 'tls://1.2.3.4:853'";
    await expect(load('forward . tls://1.2.3.4%a.b {\ntls_servername c.d\n}')).rejects.toThrow(
      text,
    );
  });
});

/** Sets a plugin up in a block of the test's own. */
async function setUp(
  plugin: ControlPlugin,
  corefile: string,
  block: BlockSetup,
): Promise<readonly unknown[]> {
  const options = { env: {}, reader: new MemoryReader(), warn: () => undefined };
  const [source] = parseCorefile(corefile, 'Corefile', options);
  const tokens = source?.segments.flatMap((segment) => segment.tokens) ?? [];
  return await plugin.setup(new Dispenser('Corefile', tokens), block);
}

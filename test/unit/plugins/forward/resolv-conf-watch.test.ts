// The resolv.conf files among the upstreams: real files, a clock that the test moves.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { EndOfChain } from '../../../../src/plugin/next.ts';
import { forwardServing } from '../../../../src/plugins/forward/forward.ts';
import type { ForwardOptions } from '../../../../src/plugins/forward/options.ts';
import { ResolvConfWatch } from '../../../../src/plugins/forward/resolv-conf-watch.ts';
import { forwardControl } from '../../../../src/plugins/forward/setup.ts';
import type { Target } from '../../../../src/plugins/forward/target.ts';
import { resolveSources } from '../../../../src/plugins/forward/targets.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { replyTo, StubUpstream } from '../../../support/stub-upstream.ts';

const LOOK_EVERY_MS = 5000;

let folder: string;
let file: string;
let clock: FakeClock;
let bench: ControlBench;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'resolv-'));
  file = join(folder, 'resolv.conf');
  clock = new FakeClock();
  bench = new ControlBench(clock);
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(...hosts: readonly string[]): void {
  writeFileSync(file, hosts.map((host) => `nameserver ${host}\n`).join(''));
}

async function load(line: string): Promise<ForwardOptions> {
  const [handler] = await bench.load(forwardControl, `.:1053 {\n${line}\n}\n`);
  return handler as ForwardOptions;
}

describe('setup', () => {
  test('looks at files from the start of the instance to its end', async () => {
    write('10.0.0.1');
    expect((await load(`forward . ${file}`)).channel).toBe('forward');
    expect(clock.pendingTimers).toBe(0);
    await bench.run('startup');
    expect(clock.nextDueInMs).toBe(LOOK_EVERY_MS);
    await bench.run('shutdown');
    expect(clock.pendingTimers).toBe(0);
    await bench.run('startup');
    expect(clock.pendingTimers).toBe(0);
  });

  test('looks at nothing without a file among the upstreams', async () => {
    expect((await load('forward . 10.0.0.1 localhost')).channel).toBeUndefined();
    await bench.run('startup');
    expect(clock.pendingTimers).toBe(0);
  });

  test('is ready for an upstream over TLS that a name server of the file stands in front of', async () => {
    write('127.0.0.1');
    const { upstreams, tls } = await load(`forward . ${file} tls://127.0.0.1:53`);
    expect(upstreams).toEqual([{ host: '127.0.0.1', port: '53' }]);
    expect(tls).toBeDefined();
  });
});

describe('a look', () => {
  const made: ResolvConfWatch[] = [];

  afterEach(() => {
    for (const watch of made.splice(0)) watch.stop();
  });

  async function watchOf(words: readonly string[], tlsServerName = ''): Promise<ResolvConfWatch> {
    const sources = await resolveSources(words, { resolvers: [], clock });
    const watch = new ResolvConfWatch(
      { from: '.', sources, tlsServerName, channel: 'c' },
      bench.instance,
    );
    made.push(watch);
    return watch;
  }

  const published = (): unknown => bench.published.get('c');
  const plain = (host: string): Target => ({ host, port: '53' });

  test('publishes other name servers, and says so', async () => {
    write('10.0.0.1');
    const watch = await watchOf([file]);
    write('fe80::1%eth0', '10.0.0.1');
    await watch.check();
    expect(published()).toEqual([plain('fe80::1%eth0'), plain('10.0.0.1')]);
    expect(bench.log.lines).toEqual([
      '[INFO] plugin/forward: Upstreams of . are now [fe80::1%eth0]:53, 10.0.0.1:53',
    ]);
  });

  test('publishes another order', async () => {
    write('10.0.0.1', '10.0.0.2');
    const watch = await watchOf([file]);
    write('10.0.0.2', '10.0.0.1');
    await watch.check();
    expect(published()).toEqual([plain('10.0.0.2'), plain('10.0.0.1')]);
  });

  test('publishes nothing when another text says the same', async () => {
    write('10.0.0.1');
    const watch = await watchOf([file]);
    writeFileSync(file, '# new\nsearch b.test\nnameserver 10.0.0.1');
    await watch.check();
    expect(published()).toBeUndefined();
    expect(bench.log.lines).toEqual([]);
  });

  test('keeps the upstreams beside the file, and their order', async () => {
    write('10.0.0.1');
    const other = join(folder, 'other.conf');
    writeFileSync(other, 'nameserver 10.0.1.1\n');
    const watch = await watchOf(['tls://10.9.9.9%a.test', file, other, '10.0.0.2:54']);
    write('10.0.0.2', '10.0.0.3', '10.0.0.2');
    await watch.check();
    expect(published()).toEqual([
      { host: '10.9.9.9', port: '853', protocol: 'tls', serverName: 'a.test' },
      plain('10.0.0.2'),
      plain('10.0.0.3'),
      plain('10.0.1.1'),
      { host: '10.0.0.2', port: '54' },
    ]);
    expect(bench.log.lines).toEqual([
      '[INFO] plugin/forward: Upstreams of . are now tls://10.9.9.9:853%a.test, 10.0.0.2:53, 10.0.0.3:53, 10.0.1.1:53, 10.0.0.2:54',
    ]);
  });

  test.each<[string, () => void, () => string]>([
    ['is gone', () => rmSync(file), () => `open ${file}: no such file or directory`],
    ['is empty', () => writeFileSync(file, ''), () => `no nameserver in ${file}`],
    [
      'has no name server',
      () => writeFileSync(file, 'search a.test\nnameserver\n'),
      () => `no nameserver in ${file}`,
    ],
    [
      'has one that is no address',
      () => write('10.0.0.2', 'foo'),
      () => `"foo" in ${file} is not an IP address`,
    ],
    [
      'has too many',
      () => write(...Array.from({ length: 16 }, (_, index) => `10.0.1.${index}`)),
      () => 'more than 15 TOs configured: 16',
    ],
  ])('at a file that %s keeps the upstreams, and complains once', async (_, spoil, why) => {
    write('10.0.0.1');
    const watch = await watchOf([file]);
    spoil();
    await watch.check();
    await watch.check();
    const line = `[WARNING] plugin/forward: Keeping the upstreams of .: ${why()}`;
    expect(bench.log.lines).toEqual([line]);
    expect(published()).toBeUndefined();
    // Good again, bad again: that is news.
    write('10.0.0.1');
    await watch.check();
    spoil();
    await watch.check();
    expect(bench.log.lines).toEqual([line, line]);
    write('10.0.0.2');
    await watch.check();
    expect(published()).toEqual([plain('10.0.0.2')]);
  });

  test('follows one file while another is gone', async () => {
    write('10.0.0.1');
    const other = join(folder, 'other.conf');
    writeFileSync(other, 'nameserver 10.0.1.1\n');
    const watch = await watchOf([file, other]);
    rmSync(file);
    writeFileSync(other, 'nameserver 10.0.1.2\n');
    await watch.check();
    expect(published()).toEqual([plain('10.0.0.1'), plain('10.0.1.2')]);
  });

  test('keeps the upstreams when the file would uncover one that forward cannot ask', async () => {
    write('10.0.0.1');
    const watch = await watchOf([file, 'quic://10.0.0.1:53']);
    write('10.0.0.2');
    await watch.check();
    expect(published()).toBeUndefined();
    expect(bench.log.lines).toEqual([
      "[WARNING] plugin/forward: Keeping the upstreams of .: 'quic' is not supported as a destination protocol in forward: quic://10.0.0.1:53",
    ]);
  });

  test('is followed by another one, until the watch is stopped', async () => {
    write('10.0.0.1');
    const watch = await watchOf([file]);
    watch.start();
    for (const host of ['10.0.0.2', '10.0.0.3']) {
      write(host);
      clock.advance(LOOK_EVERY_MS);
      await vi.waitFor(() => expect(published()).toEqual([plain(host)]));
      await vi.waitFor(() => expect(clock.pendingTimers).toBe(1));
    }
    // One that is under way has no effect.
    write('10.0.0.4');
    const look = watch.check();
    rmSync(file);
    const lines = [...bench.log.lines];
    watch.stop();
    await look;
    await watch.check();
    expect(published()).toEqual([plain('10.0.0.3')]);
    expect(bench.log.lines).toEqual(lines);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('both halves', () => {
  const OLD = '127.0.0.2';
  const NEW = '127.0.0.3';
  let old: StubUpstream;
  let fresh: StubUpstream;
  let serving: PluginBench;

  beforeEach(async () => {
    [old, fresh] = await Promise.all([new StubUpstream().start(), new StubUpstream().start()]);
    serving = new PluginBench(clock);
    const { publish } = serving.block([]).instance;
    Object.assign(bench.instance, {
      publish: (channel: string, data: unknown) => publish(channel, placed(data as Target[])),
    });
  });

  afterEach(async () => {
    serving.close();
    await bench.run('shutdown');
    await Promise.all([old.stop(), fresh.stop()]);
  });

  /** A resolv.conf has no ports: each address of the test stands for one of the stubs. */
  function placed(targets: readonly Target[]): Target[] {
    const ports = new Map([
      [OLD, old.port],
      [NEW, fresh.port],
    ]);
    return targets.map(({ host }) => ({ host: '127.0.0.1', port: String(ports.get(host)) }));
  }

  async function start(): Promise<Handler> {
    const options = await load(`forward . ${file} {\nread_timeout 1m\npolicy sequential\n}`);
    await bench.run('startup');
    const upstreams = placed(options.upstreams);
    const next = new EndOfChain('forward');
    return forwardServing.create({ ...options, upstreams }, next, serving.context());
  }

  async function ask(handler: Handler, name: string): Promise<number> {
    const exchange = exchangeFor({ name });
    await handler.serve(exchange);
    return exchange.reply.rcode;
  }

  /** Changes the file and waits until the log says that it counts. */
  async function change(...hosts: readonly string[]): Promise<void> {
    const before = bench.log.lines.length;
    write(...hosts);
    clock.advance(LOOK_EVERY_MS);
    await vi.waitFor(() => expect(bench.log.lines.length).toBe(before + 1));
  }

  test('a changed file sends queries elsewhere, and none in flight is lost', async () => {
    write(OLD);
    const gate = Promise.withResolvers<void>();
    old.answer = async (query) => {
      await gate.promise;
      return replyTo(query);
    };
    const handler = await start();
    const inFlight = ask(handler, 'held.test.');
    await vi.waitFor(() => expect(old.seen).toHaveLength(1));
    await change(NEW);
    expect(await ask(handler, 'a.test.')).toBe(Rcode.NOERROR);
    expect([old.seen.length, fresh.seen.length]).toEqual([1, 1]);
    gate.resolve();
    expect(await inFlight).toBe(Rcode.NOERROR);
    expect([old.seen.length, fresh.seen.length]).toEqual([1, 1]);
  });

  test('an upstream that stays keeps its socket', async () => {
    write(OLD);
    const handler = await start();
    await ask(handler, 'a.test.');
    await change(OLD, NEW);
    await ask(handler, 'b.test.');
    const [first, second, ...others] = old.seen;
    expect(others).toEqual([]);
    expect(second?.port).toBe(first?.port);
    const labels = ['forward', `127.0.0.1:${old.port}`, 'udp'];
    expect(serving.count('coredns_proxy_conn_cache_hits_total', labels)).toBe(1);
  });
});

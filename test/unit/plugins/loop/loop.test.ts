// The loop plugin: its handler, its check on a fake clock with a scripted exchange, and the probe over a real socket.
import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../../../src/base/clock.ts';
import { Rcode } from '../../../../src/dns/codes/rcode.ts';
import { decodeMessage } from '../../../../src/dns/message.ts';
import { formatName } from '../../../../src/dns/name.ts';
import type { Handler } from '../../../../src/plugin/handler.ts';
import { loopAdvice } from '../../../../src/plugins/loop/advice.ts';
import { LoopCheck } from '../../../../src/plugins/loop/control.ts';
import { loopServing } from '../../../../src/plugins/loop/loop.ts';
import type { LoopOptions } from '../../../../src/plugins/loop/options.ts';
import {
  type ProbeExchange,
  randomProbeName,
  udpExchange,
} from '../../../../src/plugins/loop/probe.ts';
import { loopControl } from '../../../../src/plugins/loop/setup.ts';
import { exchangeFor, PluginBench } from '../../../support/chain-doubles.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { name } from '../../../support/record-lines.ts';

const PROBE = '1.2.test.';
const OPTIONS: LoopOptions = { probeName: PROBE, channel: 'l' };
const HINFO = { name: '1.2.TEST.', type: 'HINFO' };

/** A check and a handler, joined, with a scripted exchange. */
class LoopBench {
  readonly clock: FakeClock = new FakeClock();
  readonly bench: PluginBench = new PluginBench(this.clock);
  readonly exit = vi.fn();
  readonly exchange = vi.fn<ProbeExchange>();
  readonly check: LoopCheck;
  readonly handler: Handler;

  constructor(words: readonly string[] = []) {
    this.check = new LoopCheck(
      {
        ...OPTIONS,
        zone: 'test.',
        target: () => ({ host: '', port: 53 }),
        upstreamWords: () => words,
      },
      { exchange: this.exchange, exit: this.exit },
      this.bench.block([]).instance,
    );
    const next: Handler = { name: 'next', serve: () => Rcode.NXDOMAIN };
    this.handler = loopServing.create(OPTIONS, next, this.bench.context());
  }

  async ask(query = HINFO): Promise<number> {
    return await this.handler.serve(exchangeFor(query));
  }
}

describe('a probe that comes by', () => {
  test('three times ends the process', async () => {
    const loop = new LoopBench();
    expect([await loop.ask(), await loop.ask()]).toEqual([Rcode.NXDOMAIN, Rcode.NXDOMAIN]);
    expect(loop.exit).not.toHaveBeenCalled();
    expect(await loop.ask()).toBe(Rcode.SERVFAIL);
    expect(loop.exit).toHaveBeenCalledTimes(1);
    expect(loop.bench.log.lines).toEqual([
      '[FATAL] plugin/loop: Loop (127.0.0.1:40000 -> :53) detected for zone "test.", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 1.2.test."',
    ]);
    await loop.ask();
    expect(loop.exit).toHaveBeenCalledTimes(1);
  });

  test('from an upstream that is to blame says so first', async () => {
    const loop = new LoopBench(['127.0.0.53']);
    for (let i = 0; i < 3; i++) await loop.ask();
    expect(loop.bench.log.lines[0]).toContain('[ERROR] plugin/loop: "forward" names 127.0.0.53');
  });

  test.each([
    { name: PROBE, type: 'A' },
    { name: '1.3.test.', type: 'HINFO' },
  ])('as %j is none', async (query) => {
    const loop = new LoopBench();
    for (let i = 0; i < 4; i++) expect(await loop.ask(query)).toBe(Rcode.NXDOMAIN);
    expect(loop.exit).not.toHaveBeenCalled();
  });
});

describe('the check', () => {
  test('is off for good once something has answered', async () => {
    const loop = new LoopBench();
    loop.exchange.mockResolvedValue(true);
    await loop.check.run();
    expect(loop.exchange).toHaveBeenCalledTimes(1);
    expect(loop.exchange.mock.calls[0]?.[0]).toEqual(name(PROBE));
    for (let i = 0; i < 4; i++) expect(await loop.ask()).toBe(Rcode.NXDOMAIN);
    expect(loop.exit).not.toHaveBeenCalled();
  });

  test('asks every second for half a minute, and counts anew each time', async () => {
    const loop = new LoopBench();
    loop.exchange.mockImplementation(async () => {
      await loop.ask();
      return false;
    });
    const done = loop.check.run();
    for (let second = 0; second < 30; second++) {
      await vi.waitFor(() => expect(loop.clock.pendingTimers).toBe(1));
      loop.clock.advance(1000);
    }
    await done;
    expect(loop.exchange).toHaveBeenCalledTimes(30);
    expect(loop.exit).not.toHaveBeenCalled();
  });

  test('ends with its instance', async () => {
    const loop = new LoopBench();
    loop.exchange.mockResolvedValue(false);
    void loop.check.run();
    await vi.waitFor(() => expect(loop.clock.pendingTimers).toBe(1));
    loop.check.stop();
    expect(loop.clock.pendingTimers).toBe(0);
    for (let i = 0; i < 4; i++) await loop.ask();
    expect(loop.exit).not.toHaveBeenCalled();
    loop.exchange.mockImplementation(async () => {
      loop.check.stop();
      return false;
    });
    await loop.check.run();
    expect(loop.exchange).toHaveBeenCalledTimes(1);
  });

  test('that ends while it asks waits no more', async () => {
    const loop = new LoopBench();
    loop.exchange.mockImplementation(async () => {
      loop.check.stop();
      return false;
    });
    await loop.check.run();
    expect(loop.clock.pendingTimers).toBe(0);
  });
});

describe('advice', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loop-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function conf(text: string): string {
    const file = join(folder, 'resolv.conf');
    writeFileSync(file, text);
    return file;
  }

  test.each([
    [
      '127.0.0.53',
      /:2 says "nameserver 127\.0\.0\.53", a loopback address: .*resolvConf.*dnsPolicy/,
    ],
    ['::1', /:2 says "nameserver ::1", a loopback address/],
    ['10.96.0.10', /:2 says "nameserver 10\.96\.0\.10": .*dnsPolicy: Default/],
  ])('names the line with %s', (address, expected) => {
    const file = conf(`search x\nnameserver ${address}\nnameserver\n`);
    expect(loopAdvice(['192.0.2.1', file])).toMatch(expected);
    expect(loopAdvice([file])).toContain(`${file}:2 `);
  });

  test.each(['127.0.0.1', 'dns://[::1]:53', '127.0.0.1:5353'])('names %s', (word) => {
    expect(loopAdvice(['192.0.2.1', word])).toContain(`"forward" names ${word}`);
  });

  test.each([[[]], [['192.0.2.1']], [['/no/such/file']]])('has nothing to say of %j', (words) => {
    expect(loopAdvice(words)).toBeUndefined();
  });
});

describe('the probe', () => {
  test('has a name that is not to be guessed', () => {
    const names = new Set(Array.from({ length: 100 }, () => randomProbeName('.')));
    expect(names.size).toBe(100);
    for (const each of names) expect(each).toMatch(/^\d{1,19}\.\d{1,19}\.$/);
    expect(randomProbeName('a.test.')).toMatch(/^\d+\.\d+\.a\.test\.$/);
  });

  describe('over UDP', () => {
    let server: Socket;
    const never = new AbortController().signal;
    beforeEach(async () => {
      server = createSocket('udp4');
      await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    });
    afterEach(() => void server.close());

    const target = (): { host: string; port: number } => ({
      host: '',
      port: server.address().port,
    });

    test('is answered by any reply with its ID', async () => {
      const asked = vi.fn();
      server.on('message', (query, { port }) => {
        const message = decodeMessage(query);
        asked(message?.recursionDesired, message?.questions[0]?.type, query.length);
        asked(formatName(message?.questions[0]?.name ?? Uint8Array.of(0)));
        server.send(Uint8Array.of(0xff - (query[0] ?? 0), 0), port);
        server.send(query.subarray(0, 2), port);
      });
      expect(await udpExchange(systemClock)(name(PROBE), target(), never)).toBe(true);
      expect(asked.mock.calls).toEqual([[true, 13, 26], [PROBE]]);
    });

    test('is given up after two seconds, at the end, and when nobody is there', async () => {
      const clock = new FakeClock();
      const exchange = udpExchange(clock);
      const late = exchange(name(PROBE), target(), never);
      clock.advance(2000);
      expect(await late).toBe(false);
      const ending = new AbortController();
      const aborted = exchange(name(PROBE), target(), ending.signal);
      ending.abort();
      ending.abort();
      expect(await aborted).toBe(false);
      expect(clock.pendingTimers).toBe(0);
      const closed = createSocket('udp6');
      await new Promise<void>((resolve) => closed.bind(0, '::1', resolve));
      const { port } = closed.address();
      await new Promise<void>((resolve) => void closed.close(resolve));
      expect(await udpExchange(systemClock)(name(PROBE), { host: '::1', port }, never)).toBe(false);
    });

    test('ends without a reply where no datagram may go', async () => {
      const target = { host: '255.255.255.255', port: 53 };
      expect(await udpExchange(new FakeClock())(name(PROBE), target, never)).toBe(false);
    });
  });
});

describe('setup', () => {
  test.each([
    [
      'loop x',
      "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
    ],
    ['loop\nloop', 'this plugin can only be used once per Server Block'],
  ])('%j is wrong', async (lines, text) => {
    expect(await new ControlBench().errorOf(loopControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });

  test('probes the first address of the block after the start', async () => {
    const server = createSocket('udp4');
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    const asked = new Promise<string>((resolve) => {
      server.on('message', (query, { port }) => {
        server.send(query, port);
        resolve(formatName(decodeMessage(query)?.questions[0]?.name ?? Uint8Array.of(0)));
      });
    });
    const bench = new ControlBench();
    const [options] = await bench.load(loopControl, `a.test:${server.address().port} {\nloop\n}`);
    await bench.run('started');
    expect(await asked).toBe((options as LoopOptions).probeName);
    expect(await asked).toMatch(/\.a\.test\.$/);
    await bench.run('shutdown');
    server.close();
  });
});

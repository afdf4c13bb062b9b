// The self-check of health: counts, warnings, and the words for what went wrong.
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pluginLogger } from '../../../../src/log/logger.ts';
import { HttpProbe, SelfCheck } from '../../../../src/plugins/health/self-check.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { freePort } from '../../../support/server.ts';

describe('checks', () => {
  /** Probes that the test answers. */
  class Probes {
    readonly urls: string[] = [];
    #settle: ((failure: unknown) => void) | undefined;

    readonly ask = (url: string): Promise<void> => {
      this.urls.push(url);
      return new Promise((resolve, reject) => {
        this.#settle = (failure) => (failure === undefined ? resolve() : reject(failure));
      });
    };

    /** Answers the open probe and lets the check take note. */
    async settle(failure?: unknown): Promise<void> {
      this.#settle?.(failure);
      for (let turn = 0; turn < 5; turn++) await Promise.resolve();
    }
  }

  const fixture = (): {
    bench: ControlBench;
    clock: FakeClock;
    probes: Probes;
    check: SelfCheck;
  } => {
    const clock = new FakeClock();
    const bench = new ControlBench(clock);
    const probes = new Probes();
    const log = pluginLogger(bench.log, 'health');
    const check = new SelfCheck(':8080', { clock, log, metrics: bench.writer, probe: probes.ask });
    check.start();
    return { bench, clock, probes, check };
  };

  const counted = async (bench: ControlBench): Promise<string[]> =>
    (await bench.registry.expose())
      .split('\n')
      .filter((line) => /^coredns_health_.*(count|sum|total)/.test(line));

  test('measures once a second', async () => {
    const { bench, clock, probes } = fixture();
    expect(await counted(bench)).toEqual([
      'coredns_health_request_duration_seconds_sum 0',
      'coredns_health_request_duration_seconds_count 0',
      'coredns_health_request_failures_total 0',
    ]);
    for (let second = 0; second < 2; second++) {
      clock.advance(1000);
      await probes.settle();
    }
    expect(probes.urls).toEqual(['http://:8080/health', 'http://:8080/health']);
    expect(bench.log.lines).toEqual([]);
    expect((await counted(bench))[1]).toBe('coredns_health_request_duration_seconds_count 2');
    expect((await counted(bench))[2]).toBe('coredns_health_request_failures_total 0');
  });

  test('warns of slow answers, and does not ask while one is due', async () => {
    const { bench, clock, probes } = fixture();
    clock.advance(1000);
    clock.advance(2500);
    await probes.settle();
    expect(probes.urls).toHaveLength(1);
    expect(bench.log.lines).toEqual([
      '[WARNING] plugin/health: Local health request to "http://:8080/health" took more than 1s: 2.5s',
    ]);
    clock.advance(500);
    expect(probes.urls).toHaveLength(2);
  });

  test.each([new Error('no luck'), 'no luck'])('counts failures', async (failure) => {
    const { bench, clock, probes } = fixture();
    clock.advance(1000);
    await probes.settle(failure);
    expect(bench.log.lines).toEqual([
      '[WARNING] plugin/health: Local health request to "http://:8080/health" failed: no luck',
    ]);
    expect((await counted(bench)).slice(1)).toEqual([
      'coredns_health_request_duration_seconds_count 1',
      'coredns_health_request_failures_total 1',
    ]);
  });

  test('an answer after the end counts for nothing', async () => {
    const { bench, clock, probes, check } = fixture();
    clock.advance(1000);
    check.stop();
    check.stop();
    await probes.settle(new Error('closed'));
    expect(clock.pendingTimers).toBe(0);
    expect(bench.log.lines).toEqual([]);
    expect((await counted(bench))[1]).toBe('coredns_health_request_duration_seconds_count 0');
  });
});

describe('probes', () => {
  let probe: HttpProbe;
  beforeEach(() => {
    probe = new HttpProbe();
  });
  afterEach(() => {
    probe.close();
  });

  test.each(['', '0.0.0.0', '127.0.0.1'])('reach the endpoint on "%s"', async (host) => {
    const server = createServer((_request, response) => response.end('OK'));
    const port = await freePort();
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    await probe.ask(`http://${host}:${port}/health`, 1000);
    await probe.ask(`http://${host}:${port}/health`, 1000);
    probe.close();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  test('fail on any status but 200', async () => {
    const server = createServer((_request, response) => response.writeHead(503).end('no'));
    const port = await freePort();
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    await expect(probe.ask(`http://:${port}/health`, 1000)).rejects.toThrow(
      `Get "http://:${port}/health": status 503`,
    );
    probe.close();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  test('are refused', async () => {
    const port = await freePort();
    await expect(probe.ask(`http://:${port}/health`, 1000)).rejects.toThrow(
      `Get "http://:${port}/health": dial tcp 127.0.0.1:${port}: connect: connection refused`,
    );
    await expect(probe.ask(`http://[::]:${port}/health`, 1000)).rejects.toThrow(
      `dial tcp [::1]:${port}: connect: connection refused`,
    );
  });

  test('fail on addresses that are none', async () => {
    await expect(probe.ask('http://8080/health', 1000)).rejects.toThrow(
      'Get "http://8080/health": ',
    );
    await expect(probe.ask('http://127.0.0.1:/health', 1000)).rejects.toThrow('127.0.0.1:80');
  });

  test.each([
    ['a server that hangs up', 1000, 'EOF'],
    [
      'a silent server',
      20,
      'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
    ],
    ['a server that talks nonsense', 1000, 'Parse Error'],
  ])('%s', async (about, timeoutMs, text) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.resume();
      if (about.includes('hangs up')) socket.once('data', () => socket.resetAndDestroy());
      if (about.includes('nonsense')) socket.end('nonsense\r\n\r\n');
    });
    const port = await freePort();
    await new Promise<void>((resolve) => {
      server.listen(port, '127.0.0.1', resolve);
    });
    await expect(probe.ask(`http://:${port}/health`, timeoutMs)).rejects.toThrow(text);
    probe.close();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
});

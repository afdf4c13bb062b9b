// Options of prometheus, its endpoint, and coredns_plugin_enabled.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { PANICS } from '../../../../src/metrics/core-metrics.ts';
import {
  prometheusControl,
  type SharedEndpoints,
} from '../../../../src/plugins/prometheus/setup.ts';
import { ControlBench } from '../../../support/control-bench.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { askHttp, openHalfRequest } from '../../../support/http-ask.ts';

function endpoints(bench: ControlBench): SharedEndpoints {
  return bench.instance.shared.get('prometheus') as SharedEndpoints;
}

function portOf(bench: ControlBench): number {
  return endpoints(bench).get('127.0.0.1:0')?.port ?? 0;
}

describe('errors', () => {
  const cases: readonly [string, string][] = [
    ['prometheus 9153', 'address 9153: missing port in address'],
    ['prometheus\nprometheus', 'this plugin can only be used once per Server Block'],
    ['prometheus :9153 {\nfoo\n}', 'Corefile:3 - Error during parsing: unknown option: foo'],
    [
      'prometheus a b',
      "Corefile:2 - Error during parsing: Wrong argument count or unexpected line ending after 'b'",
    ],
    [
      'prometheus {\ntls\n}',
      "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'tls'",
    ],
    [
      'prometheus {\nruntime_metrics x\n}',
      "Corefile:3 - Error during parsing: Wrong argument count or unexpected line ending after 'x'",
    ],
    [
      'prometheus {\ntls a\ntls b\n}',
      'Corefile:4 - Error during parsing: tls block already specified',
    ],
  ];
  test.each(cases)('%s', async (lines, text) => {
    expect(await new ControlBench().errorOf(prometheusControl, `.:1053 {\n${lines}\n}`)).toBe(text);
  });
});

test('the default address is localhost:9153', async () => {
  const bench = new ControlBench();
  expect(
    await bench.load(prometheusControl, '.:1053 {\nprometheus {\nruntime_metrics\n}\n}'),
  ).toEqual([{}]);
  expect([...endpoints(bench).keys()]).toEqual(['localhost:9153']);
});

describe('/metrics', () => {
  async function started(): Promise<ControlBench> {
    const bench = new ControlBench();
    bench.registry.define([PANICS]);
    await bench.load(prometheusControl, '.:1053 {\nprometheus 127.0.0.1:0\n}');
    await bench.run('startup');
    return bench;
  }

  test('holds the exposition', async () => {
    const bench = await started();
    const { status, headers, body } = await askHttp(portOf(bench), '/metrics');
    expect([status, headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
    ]);
    expect(body.toString()).toContain('\ncoredns_panics_total 0\n');
    const packed = await askHttp(portOf(bench), '/metrics', {
      headers: { 'accept-encoding': 'gzip', accept: 'application/openmetrics-text' },
    });
    expect(gunzipSync(packed.body).toString()).toBe(body.toString());
    await bench.run('finalShutdown');
    await bench.run('shutdown');
    expect(portOf(bench)).toBe(0);
  });

  test('a reload closes it, a failed one opens it again', async () => {
    const bench = await started();
    const port = portOf(bench);
    await bench.run('restart');
    await expect(askHttp(port, '/metrics')).rejects.toThrow('ECONNREFUSED');
    await bench.run('restartFailed');
    expect((await askHttp(portOf(bench), '/metrics')).status).toBe(200);
    await bench.run('shutdown');
  });

  test('blocks with one address share it', async () => {
    const bench = new ControlBench();
    const block = '.:1053 {\nprometheus 127.0.0.1:0\n}\n';
    await bench.load(prometheusControl, block + block.replace('1053', '1054'));
    expect(endpoints(bench).size).toBe(1);
  });

  test('a failure to listen is logged, and DNS goes on', async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => {
      occupant.listen(0, '127.0.0.1', resolve);
    });
    const bound = occupant.address();
    const address = `127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`;
    const bench = new ControlBench();
    await bench.load(prometheusControl, `.:1053 {\nprometheus ${address}\n}`);
    await bench.run('startup');
    expect(bench.log.lines).toEqual([
      `[ERROR] Failed to start metrics handler: listen tcp ${address}: bind: address already in use`,
    ]);
    await new Promise((resolve) => {
      occupant.close(resolve);
    });
  });
});

describe('coredns_plugin_enabled', () => {
  const enabled = async (bench: ControlBench): Promise<string[]> =>
    (await bench.registry.expose())
      .split('\n')
      .filter((line) => line.startsWith('coredns_plugin_'));

  test('lists the handlers of each block under its first key, for each address', async () => {
    const bench = new ControlBench();
    const corefile = [
      'example.org:1053 example.net:1053 {\nprometheus 127.0.0.1:0\nwhoami\n}',
      'tls://.:1853 {\nprometheus 127.0.0.1:0\n}',
    ].join('\n');
    await bench.load(prometheusControl, corefile);
    const [block] = bench.blocks;
    if (block !== undefined) block.settings.bindAddresses = ['127.0.0.1', '::1'];
    await bench.run('startup');
    const lines = [
      'coredns_plugin_enabled{name="prometheus",server="dns://127.0.0.1:1053",view="",zone="example.org."} 1',
      'coredns_plugin_enabled{name="prometheus",server="dns://[::1]:1053",view="",zone="example.org."} 1',
      'coredns_plugin_enabled{name="prometheus",server="tls://:1853",view="",zone="."} 1',
      'coredns_plugin_enabled{name="whoami",server="dns://127.0.0.1:1053",view="",zone="example.org."} 1',
      'coredns_plugin_enabled{name="whoami",server="dns://[::1]:1053",view="",zone="example.org."} 1',
    ];
    expect(await enabled(bench)).toEqual(lines);
    await bench.run('restart');
    expect(await enabled(bench)).toEqual([]);
    await bench.run('restartFailed');
    expect(await enabled(bench)).toEqual(lines);
    await bench.run('shutdown');
  });

  test('passes over a block without keys', async () => {
    const bench = new ControlBench();
    await bench.load(prometheusControl, '.:1053 {\nprometheus 127.0.0.1:0\n}');
    Object.assign(bench.blocks[0] ?? {}, { keys: [] });
    await bench.run('startup');
    expect(await enabled(bench)).toEqual([]);
    await bench.run('shutdown');
  });
});

describe('tls', () => {
  async function startedWith(file: string): Promise<ControlBench> {
    const bench = new ControlBench();
    await bench.load(prometheusControl, `.:1053 {\nprometheus 127.0.0.1:0 {\ntls ${file}\n}\n}`);
    await bench.run('startup');
    return bench;
  }

  test('a missing file is logged, and nothing is opened', async () => {
    const bench = await startedWith('nofile');
    expect(bench.log.lines).toEqual(['[ERROR] TLS config file does not exist: nofile']);
    expect(portOf(bench)).toBe(0);
    await bench.run('shutdown');
  });

  test('a file that cannot be used is logged, and nothing is opened', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nodens-web-'));
    writeFileSync(join(folder, 'web.yml'), 'tls_server_config: {}\n');
    const bench = await startedWith(join(folder, 'web.yml'));
    expect(bench.log.lines).toEqual([
      '[ERROR] Failed to start HTTPS metrics server: missing cert_file',
    ]);
    expect(portOf(bench)).toBe(0);
    rmSync(folder, { recursive: true });
  });
});

test('says when requests under way had to be cut', async () => {
  const clock = new FakeClock();
  const bench = new ControlBench(clock);
  await bench.load(prometheusControl, '.:1053 {\nprometheus 127.0.0.1:0\n}');
  await bench.run('startup');
  const half = await openHalfRequest(portOf(bench), '/metrics');
  const closing = bench.run('restart');
  clock.advance(5000);
  await closing;
  await half.isClosed;
  expect(bench.log.lines).toEqual([
    '[INFO] Failed to stop prometheus http server: context deadline exceeded',
  ]);
});

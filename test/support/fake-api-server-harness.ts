// A reflector source that watches a fake API server under a fake clock, and waiting for what happens between them.

import type { Milestone } from '../../src/base/milestone.ts';
import type { RequestReport } from '../../src/kubernetes/api/client.ts';
import { openConnection } from '../../src/kubernetes/api/connection.ts';
import {
  createReflectorSource,
  type ReflectorSourceOptions,
} from '../../src/kubernetes/reflector/reflector-source.ts';
import type { ObjectSource } from '../../src/kubernetes/source.ts';
import type { Logger } from '../../src/log/logger.ts';
import { FakeApiServer, type FakeApiServerOptions, type FakeObject } from './fake-api-server.ts';
import { FakeClock } from './fake-clock.ts';

/** A logger that keeps its lines as `LEVEL text`. */
export function recordingLog(lines: string[]): Logger {
  const line =
    (level: string) =>
    (text: string): void =>
      void lines.push(`${level} ${text}`);
  return {
    debug: line('DEBUG'),
    info: line('INFO'),
    warning: line('WARNING'),
    error: line('ERROR'),
    fatal: line('FATAL'),
  };
}

/**
 * Waits for I/O until `isTrue`; each round lets the fake clock run on by `stepMs`. Bounded: throws after 10,000
 * rounds of a millisecond.
 */
export async function until(isTrue: () => boolean, clock?: FakeClock, stepMs = 0): Promise<void> {
  for (let round = 0; round < 10_000; round++) {
    if (isTrue()) return;
    if (stepMs > 0) clock?.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`it did not happen: ${isTrue}`);
}

/** Lets everything that is on its way arrive: for tests that nothing happens. */
export async function quiet(): Promise<void> {
  for (let round = 0; round < 30; round++) await new Promise((resolve) => setTimeout(resolve, 1));
}

export interface Harness {
  readonly server: FakeApiServer;
  readonly source: ObjectSource;
  readonly clock: FakeClock;
  readonly lines: string[];
  readonly reports: RequestReport[];
  readonly close: () => Promise<void>;
}

export interface HarnessOptions {
  readonly server?: FakeApiServerOptions;
  readonly source?: Partial<ReflectorSourceOptions>;
  /** Fills or faults the server before the source starts. */
  readonly prepare?: (server: FakeApiServer) => void;
  /** Value of every random number. */
  readonly random?: number;
  /** What the kinds besides services and namespaces wait for. */
  readonly beforeRest?: Milestone;
}

/** Starts both; the source is started. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const clock = new FakeClock();
  const server = new FakeApiServer({ now: () => clock.monotonicMs(), ...options.server });
  options.prepare?.(server);
  await server.listen();
  const lines: string[] = [];
  const reports: RequestReport[] = [];
  const connection = await openConnection(
    { kind: 'endpoint', url: server.url },
    { clock, env: {}, kubeconfigChildPath: '' },
  );
  const source = createReflectorSource(
    {
      connection,
      labels: '',
      namespaceLabels: '',
      hasEndpoints: true,
      hasPods: false,
      isMulticluster: false,
      limits: { qps: 0, burst: 0, maxInflight: 0 },
      userAgent: 'test',
      ...options.source,
    },
    {
      clock,
      log: recordingLog(lines),
      onRequest: (report) => reports.push(report),
      random: () => options.random ?? 0,
    },
  );
  source.start(options.beforeRest);
  const close = async (): Promise<void> => {
    source.stop();
    await server.close();
  };
  return { server, source, clock, lines, reports, close };
}

/** A ClusterIP service. */
export function service(
  name: string,
  clusterIP: string,
  labels?: Record<string, string>,
): FakeObject {
  return {
    metadata: { namespace: 'ns', name, ...(labels && { labels }), managedFields: [{ a: '{["' }] },
    spec: { type: 'ClusterIP', clusterIP, clusterIPs: [clusterIP], ports: [{ port: 80 }] },
  };
}

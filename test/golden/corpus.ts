// Reads the corpus: the recorded answers of CoreDNS 1.14.7 as scripts/pack-golden.mjs packed them, one file a scenario
// group. Types of a scenario and its cases; nothing here runs them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeObject } from '../support/fake-api-server.ts';

/** A query; what is absent is the usual: IN, UDP, RD, no EDNS. */
export interface GoldenQuery {
  readonly name: string;
  readonly type: string;
  readonly class?: string;
  readonly transport?: 'udp' | 'tcp';
  readonly rd?: boolean;
  readonly ad?: boolean;
  readonly cd?: boolean;
  readonly opcode?: string;
  readonly authority?: readonly string[];
  readonly edns?: {
    readonly bufsize: number;
    readonly do: boolean;
    readonly version?: number;
    readonly options: readonly (readonly [code: number, hex: string])[];
  } | null;
}

/** Asks until the answer fits. `lacks` and `contains` are looked for in the answer as JSON. */
export interface GoldenWait {
  readonly query: GoldenQuery;
  readonly to?: string;
  readonly timeout?: number;
  readonly until: { readonly rcode?: string; readonly contains?: string; readonly lacks?: string };
}

/** What was, or should be, observed: plain JSON whose fields depend on the kind of the case. */
export type Observation = Readonly<Record<string, unknown>>;

/** A pattern in Python's notation and what replaces it. */
export type Mask = readonly [pattern: string, replacement: string];

/** One case. Exactly one of query, raw, http, log, process and upstream says what to do, but for command line cases. */
export interface GoldenCase {
  readonly id: string;
  readonly note: string;
  readonly answer: Observation;
  readonly compare?: 'set' | 'count';
  readonly ttl_tolerance?: number;
  readonly ignore?: readonly string[];
  readonly step?: string;
  readonly sleep?: number;
  readonly timeout?: number;
  readonly to?: string;
  readonly client?: string;
  readonly query?: GoldenQuery;
  readonly raw?: { readonly request: string; readonly transport: 'udp' | 'tcp' };
  readonly http?: {
    readonly port: string;
    readonly path: string;
    readonly method: string;
    readonly metrics?: string;
  };
  readonly log?: {
    readonly grep?: string;
    readonly mask?: readonly Mask[];
    readonly sleep?: number;
    readonly sort?: boolean;
  };
  readonly process?: { readonly signal?: NodeJS.Signals; readonly wait?: number };
  readonly upstream?: { readonly name: string; readonly type: string; readonly n?: number };
  readonly corefile?: string | null;
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly settle?: number;
}

/** A change in time. `files`: null deletes. */
export interface GoldenStep {
  readonly name: string;
  readonly put?: readonly GoldenObject[];
  readonly del?: readonly { readonly res: string; readonly key: string }[];
  readonly files?: Readonly<Record<string, string | null>>;
  readonly signal?: NodeJS.Signals;
  readonly sleep?: number;
  readonly wait?: GoldenWait;
}

/** A Kubernetes object as the API takes it. */
export interface GoldenObject extends FakeObject {
  readonly apiVersion: string;
  readonly kind: string;
}

/** When the server counts as ready. */
export type GoldenProbe = 'tcp' | { readonly query: GoldenQuery; readonly to?: string };

/** A scenario folder. `texts` holds the Corefile, zones and other files by their path in the folder. */
export interface GoldenScenario {
  /** `headless/endpoints`. */
  readonly name: string;
  readonly texts: Readonly<Record<string, string>>;
  readonly objects: { readonly items: readonly GoldenObject[] } | null;
  readonly steps: readonly GoldenStep[];
  readonly cases: readonly GoldenCase[];
  readonly scenario: {
    readonly kind?: 'cli';
    readonly env?: Readonly<Record<string, string>>;
    readonly upstreams?: number;
    readonly probe?: GoldenProbe;
    readonly wait?: GoldenWait;
    readonly start_timeout?: number;
    readonly jobs?: number;
  };
}

const FOLDER = join(import.meta.dirname, 'corpus');

/** All scenarios, in the order of their names. */
export function readCorpus(): GoldenScenario[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files.sort().flatMap((file) => readGroup(file.slice(0, -'.json'.length)));
}

function readGroup(group: string): GoldenScenario[] {
  const packed = JSON.parse(readFileSync(join(FOLDER, `${group}.json`), 'utf8')) as {
    readonly values: readonly unknown[];
    readonly scenarios: readonly unknown[];
  };
  const values: unknown[] = [];
  for (const value of packed.values) values.push(unpack(value, values));
  const scenarios = unpack(packed.scenarios, values) as GoldenScenario[];
  return scenarios.map((scenario) => ({ ...scenario, name: `${group}/${scenario.name}` }));
}

/** Puts the values back for their references; a referenced value is shared, so nobody may change it. */
function unpack(packed: unknown, values: readonly unknown[]): unknown {
  if (typeof packed === 'string') {
    if (packed.startsWith('$$')) return packed.slice(1);
    return packed.startsWith('$') ? values[Number(packed.slice(1))] : packed;
  }
  if (Array.isArray(packed)) return packed.map((part) => unpack(part, values));
  if (typeof packed !== 'object' || packed === null) return packed;
  return Object.fromEntries(
    Object.entries(packed).map(([key, part]) => [key, unpack(part, values)]),
  );
}

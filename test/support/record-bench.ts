// The record builder with everything around it in memory: stores to fill, a table that remembers what it holds, a clock to set.
import {
  ClusterRecords,
  type RecordOptions,
} from '../../src/kubernetes/records/cluster-records.ts';
import { createMetricSlots, MetricsWriter } from '../../src/metrics/writer.ts';
import { createNameTable } from '../../src/names/buffers.ts';
import { NodeReader } from '../../src/names/node-reader.ts';
import { createSharedState, SharedState } from '../../src/names/shared-state.ts';
import { NameTableWriter, type RecordDraft } from '../../src/names/table-writer.ts';
import { defaultBlock, type KubernetesBlock } from '../../src/plugins/kubernetes/block.ts';
import { MemoryLogger } from './chain-doubles.ts';
import { FakeClock } from './fake-clock.ts';
import { ObjectsSource, type RawObject } from './kubernetes-scenario.ts';

/** A table whose content can be listed. */
class ListedTable extends NameTableWriter {
  readonly values: Map<string, string> = new Map();

  override put(key: Uint8Array, value: Uint8Array): void {
    super.put(key, value);
    this.values.set(latin1(key), latin1(value));
  }

  override add(draft: RecordDraft): boolean {
    const isNew = super.add(draft);
    const { key, keyStart, keyEnd, value, valueStart, valueEnd } = draft;
    const text = latin1(value.subarray(valueStart, valueEnd));
    if (isNew) this.values.set(latin1(key.subarray(keyStart, keyEnd)), text);
    return isNew;
  }

  override delete(key: Uint8Array): boolean {
    this.values.delete(latin1(key));
    return super.delete(key);
  }
}

/** Records of objects that a test puts and deletes. */
export class RecordBench {
  readonly clock: FakeClock = new FakeClock();
  readonly log: MemoryLogger = new MemoryLogger();
  readonly state: SharedState = new SharedState(createSharedState());
  readonly source: ObjectsSource;
  readonly table: ListedTable;
  readonly records: ClusterRecords;
  /** Names of the series that were made. */
  readonly series: string[] = [];

  constructor(
    options: Partial<RecordOptions> = {},
    block: Partial<KubernetesBlock> = {},
    arenaBytes: number = 1 << 20,
    isSynced: boolean = true,
  ) {
    this.source = new ObjectsSource({ ...defaultBlock(), ...block });
    if (isSynced) this.source.sync();
    this.table = new ListedTable(createNameTable({ arenaBytes, readers: 1 }));
    const metrics = new MetricsWriter(createMetricSlots(4096), ({ definition, labels }) =>
      this.series.push(`${definition.name}{${labels.join()}}`),
    );
    const { clock, log, state, table } = this;
    this.records = new ClusterRecords(
      this.source,
      {
        namespaces: [],
        usesPodNames: false,
        ignoresEmptyServices: false,
        isZonal: false,
        keepsClients: false,
        ...options,
      },
      { table, state, clock, log, metrics },
    );
  }

  put(...objects: readonly RawObject[]): void {
    for (const object of objects) this.source.put(object);
  }

  /** The keys as text, marks in angle brackets, sorted. Keys of addresses are left out. */
  names(): string[] {
    return [...this.table.values.keys()]
      .map(keyText)
      .filter((text) => text !== '')
      .sort();
  }

  /** The value of a name given by its labels. */
  node(name: string): NodeReader | undefined {
    const entry = [...this.table.values].find(([key]) => keyText(key) === name);
    if (entry === undefined) return undefined;
    const [key, value] = entry;
    const node = new NodeReader();
    node.load(Buffer.from(key + value, 'latin1'), key.length, value.length, key.length);
    return node;
  }
}

/** Labels joined by dots; '' when the octets are no labels. */
function keyText(key: string): string {
  const labels: string[] = [];
  for (let at = 0; at < key.length; ) {
    const length = key.charCodeAt(at);
    if (length === 0 || at + 1 + length > key.length) return '';
    labels.push(key.slice(at + 1, at + 1 + length));
    at += 1 + length;
  }
  return labels.join('.');
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets).toString('latin1');
}

/** A Namespace. */
export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): RawObject {
  return { kind: 'Namespace', metadata: { name, labels } };
}

/** A Service in namespace `shop` unless its name says another: `ns/name`. */
export function service(place: string, spec: object): RawObject {
  return { kind: 'Service', metadata: metadata(place), spec } as RawObject;
}

/** A slice of a service; `endpoints` are addresses or whole endpoints. */
export function slice(
  place: string,
  owner: string,
  endpoints: readonly (string | object)[],
  extra: {
    readonly ports?: readonly object[];
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  } = {},
): RawObject {
  const labels = owner === '' ? {} : { 'kubernetes.io/service-name': owner };
  return {
    kind: 'EndpointSlice',
    metadata: {
      ...metadata(place),
      labels: { ...labels, ...extra.labels },
      annotations: extra.annotations ?? {},
    },
    ports: extra.ports ?? [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: endpoints.map((each) => (typeof each === 'string' ? { addresses: [each] } : each)),
  } as RawObject;
}

/** A running pod. */
export function pod(
  place: string,
  podIP: string,
  labels: Readonly<Record<string, string>> = {},
): RawObject {
  return { kind: 'Pod', metadata: { ...metadata(place), labels }, status: { podIP } } as RawObject;
}

/** A ServiceImport. */
export function serviceImport(place: string, spec: object): RawObject {
  return { kind: 'ServiceImport', metadata: metadata(place), spec } as RawObject;
}

function metadata(place: string): { readonly namespace: string; readonly name: string } {
  const [first = '', second] = place.split('/');
  return second === undefined
    ? { namespace: 'shop', name: first }
    : { namespace: first, name: second };
}

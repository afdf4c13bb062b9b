// External names of a cluster from the block's name table, for plugin k8s_external (plugin/kubernetes/external.go). What they
// mean is here; the records are that plugin's.

import type { Name } from '../../dns/name.ts';
import type { ResourceRecord } from '../../dns/record.ts';
import { decodeExternal, type ExternalEntry } from '../../names/external-node.ts';
import {
  EXTERNAL_MARK,
  EXTERNAL_SERVER_KEY,
  HEADLESS_MARK,
  markedKey,
  OWNER_MARK,
} from '../../names/node-keys.ts';
import { SharedState } from '../../names/shared-state.ts';
import { NameTableReader } from '../../names/table-reader.ts';
import type { ExternalNames, ExternalZone } from '../../plugin/external-names.ts';
import type { ServingContext } from '../../plugin/serving.ts';
import { unpackRecords } from '../../zone/packed-records.ts';
import type { KubernetesServingOptions } from './options.ts';
import { RelativeName } from './relative-name.ts';
import { reverseAddress } from './reverse-name.ts';

/** `svc` in wire form: what exposed namespaces have behind their name. */
const NAMESPACE_ROOT: Uint8Array = new TextEncoder().encode('\x03svc');
const NO_ENTRIES: readonly ExternalEntry[] = [];

/** Reads external names. */
export class ExternalTable implements ExternalNames {
  readonly ttl: number;
  readonly #options: KubernetesServingOptions;
  readonly #context: Pick<ServingContext, 'ask'>;
  readonly #state: SharedState;
  readonly #table: NameTableReader;
  readonly #name = new RelativeName();

  constructor(
    options: KubernetesServingOptions,
    context: Pick<ServingContext, 'ask' | 'readerIndex'>,
  ) {
    this.ttl = options.ttl;
    this.#options = options;
    this.#context = context;
    this.#state = new SharedState(options.state);
    this.#table = new NameTableReader(options.table, context.readerIndex);
  }

  get serial(): number {
    return this.#state.serial('external');
  }

  find(name: Name, zoneLength: number): readonly ExternalEntry[] | undefined {
    this.#name.load(name, name.length - zoneLength);
    this.#table.enter();
    const entries = this.#findLoaded();
    this.#table.leave();
    return entries;
  }

  owners(reverseName: Name, zone: Name): readonly Name[] | undefined {
    const address = reverseAddress(reverseName);
    if (address === undefined) return undefined;
    const key = markedKey(address, OWNER_MARK);
    this.#table.enter();
    const entries = this.#look(key, key.length) ?? NO_ENTRIES;
    this.#table.leave();
    return entries.map(({ target }) => Uint8Array.of(...target, ...zone));
  }

  serverAddresses(): readonly Uint8Array[] {
    this.#table.enter();
    const entries = this.#look(EXTERNAL_SERVER_KEY, EXTERNAL_SERVER_KEY.length) ?? NO_ENTRIES;
    this.#table.leave();
    return entries.map(({ host }) => host);
  }

  async zoneRecords(wanted: ExternalZone): Promise<readonly ResourceRecord[]> {
    const answer = await this.#context.ask(this.#options.externalChannel, wanted);
    return answer instanceof SharedArrayBuffer ? unpackRecords(answer) : [];
  }

  /** `NS`, `SVC.NS`, `ENDPOINT.SVC.NS` or `PORT.PROTOCOL.SVC.NS`. */
  #findLoaded(): readonly ExternalEntry[] | undefined {
    const name = this.#name;
    const { count } = name;
    if (count === 0 || !this.#hasNamespace()) return undefined;
    switch (count) {
      case 1:
        return NO_ENTRIES;
      case 2:
        return this.#findLabels(0);
      case 3:
        // A service with external addresses answers with them whatever stands in front of it.
        return this.#lookMarked(name.copy(1, count, 0), EXTERNAL_MARK) ?? this.#findEndpoint();
      case 4:
        return this.#findPort();
      default:
        return undefined;
    }
  }

  #hasNamespace(): boolean {
    const name = this.#name;
    const end = name.copy(name.count - 1, name.count, 0);
    name.scratch.set(NAMESPACE_ROOT, end);
    return this.#table.find(name.scratch, 0, end + NAMESPACE_ROOT.length);
  }

  /** The labels from `first` on, as they are. */
  #findLabels(first: number): readonly ExternalEntry[] | undefined {
    const name = this.#name;
    return this.#findScratch(name.copy(first, name.count, 0));
  }

  #findEndpoint(): readonly ExternalEntry[] | undefined {
    const name = this.#name;
    if (name.isUnderscore(0)) return this.#findLabels(1);
    let end = name.copy(0, name.count, 0);
    if (name.startsWithUnderscore(0)) {
      // One underscore in front does not count.
      const length = (name.scratch[0] ?? 0) - 1;
      name.scratch.copyWithin(1, 2, end);
      name.scratch[0] = length;
      end -= 1;
    }
    return this.#lookMarked(end, HEADLESS_MARK);
  }

  #findPort(): readonly ExternalEntry[] | undefined {
    const name = this.#name;
    if (name.isUnderscore(0) && name.isUnderscore(1)) return this.#findLabels(2);
    const end = name.copyPort(1, name.copyPort(0, 0));
    return this.#findScratch(name.copy(2, name.count, end));
  }

  /** External addresses come first; headless services are there if the block wants them. */
  #findScratch(end: number): readonly ExternalEntry[] | undefined {
    return this.#lookMarked(end, EXTERNAL_MARK) ?? this.#lookMarked(end, HEADLESS_MARK);
  }

  #lookMarked(end: number, mark: number): readonly ExternalEntry[] | undefined {
    return this.#look(this.#name.scratch, this.#name.mark(mark, end));
  }

  #look(key: Uint8Array, length: number): readonly ExternalEntry[] | undefined {
    const table = this.#table;
    if (!table.find(key, 0, length)) return undefined;
    return decodeExternal(table.bytes, table.valueOffset, table.valueLength);
  }
}

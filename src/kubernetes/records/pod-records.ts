// Records of pods (pods verified): `10-1-2-3.ns.pod` for each pod address, and who a client is by its address. Follows
// findPods and podWithIP of CoreDNS's kubernetes plugin. Insecure pod names are computed by the serving threads.

import { type ClientPod, encodeClientPod } from '../../names/client-node.ts';
import { addressKey, CLIENT_MARK, wireLabels } from '../../names/node-keys.ts';
import type { PodObject } from '../objects/pod.ts';
import { AddressIndex } from './address-index.ts';
import { encodeEntries } from './entry.ts';
import { isLowerLabelText } from './label-text.ts';
import type { TableRecords } from './table-records.ts';

/** What decides on pod records besides the pods. */
export interface PodOptions {
  readonly isExposed: (namespace: string) => boolean;
  /** Whether any plugin of the block wants to know the pod of a client (metadata, autopath). */
  readonly keepsClients: boolean;
}

/** All pods with an address. */
export class PodRecords {
  readonly #records: TableRecords;
  readonly #options: PodOptions;
  readonly #pods = new AddressIndex<PodObject>();

  constructor(records: TableRecords, options: PodOptions) {
    this.#records = records;
    this.#options = options;
  }

  change(before: PodObject | undefined, after: PodObject | undefined): void {
    const namespaces = new Set<string>();
    for (const pod of [before, after]) if (pod !== undefined) namespaces.add(pod.namespace);
    for (const address of this.#pods.replace(before, after, addressesOf)) {
      for (const namespace of namespaces) this.#refreshName(address, namespace);
      if (this.#options.keepsClients) this.#refreshClient(address);
    }
  }

  /** A namespace has become exposed or hidden; `pods` are all pods in it. */
  refreshNamespace(namespace: string, pods: Iterable<PodObject>): void {
    for (const pod of pods) {
      if (pod.namespace === namespace && pod.podIP !== '') this.#refreshName(pod.podIP, namespace);
    }
  }

  #refreshName(address: string, namespace: string): void {
    const label = podLabel(address);
    if (label === undefined || !isLowerLabelText(namespace)) return;
    const name = [label, namespace, 'pod'];
    const key = wireLabels(name);
    if (key === undefined) return;
    const pods = this.#pods.get(address).filter((pod) => pod.namespace === namespace);
    if (pods.length === 0 || !this.#options.isExposed(namespace)) {
      this.#records.delete(key);
      return;
    }
    // Pods that share an address (host network) count for the weight.
    const entries = pods.map(() => ({ host: address, port: 0, target: '' }));
    this.#records.put(key, encodeEntries(entries, key, ''));
  }

  #refreshClient(address: string): void {
    const key = addressKey(address, CLIENT_MARK);
    if (key === undefined) return;
    const pod = this.#pods.get(address)[0];
    if (pod === undefined) this.#records.delete(key);
    else this.#records.put(key, encodeClientPod(clientOf(pod)));
  }
}

function addressesOf(pod: PodObject): readonly string[] {
  return pod.podIP === '' ? [] : [pod.podIP];
}

function clientOf(pod: PodObject): ClientPod {
  const { namespace, name, labels } = pod;
  return { namespace, name, labels: new Map(Object.entries(labels)) };
}

/** The label that leads back to the address; undefined when none does (dots in IPv6, capitals). */
function podLabel(address: string): string | undefined {
  const label = address.replaceAll(/[.:]/g, '-');
  return isLowerLabelText(label) && addressText(label) === address ? label : undefined;
}

/** The address that a pod label stands for: three single dashes make IPv4, anything else IPv6. Not checked. */
function addressText(label: string): string {
  const isIpv4 = label.split('-').length === 4 && !label.includes('--');
  return label.replaceAll('-', isIpv4 ? '.' : ':');
}

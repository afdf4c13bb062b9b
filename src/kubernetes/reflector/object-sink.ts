// Between a stream of API objects and a store: trims each object and puts it in, either as a single change or as part
// of a complete state that replaces the old one.

import { partName } from '../objects/endpoints.ts';
import { type ObjectKey, readKey } from '../objects/object-key.ts';
import type { Replacement, Store } from '../objects/store.ts';
import type { Resource } from './resource.ts';

/** Writes one store. */
export class ObjectSink<T extends ObjectKey> {
  readonly #store: Store<T>;
  #replacement: Replacement<T> | undefined;

  constructor(store: Store<T>) {
    this.#store = store;
  }

  /** What follows is a complete state. An earlier one that was not ended is forgotten. */
  beginState(): void {
    this.#replacement = this.#store.beginReplace();
  }

  /** The state is complete: what was not in it is deleted. */
  endState(): void {
    this.#replacement?.finish();
    this.#replacement = undefined;
  }

  /** Takes over an object that was added or modified. Objects without a name are passed over. */
  put(raw: unknown, resource: Resource<T>): void {
    const key = readKey(raw);
    if (key === undefined) return;
    const parts = resource.trim(raw);
    if (parts === undefined) {
      this.#replacement?.keep(key);
      return;
    }
    const target = this.#replacement ?? this.#store;
    for (const part of parts) target.upsert(part);
    if (resource.hasParts === true) this.#removeParts(key, parts.length);
  }

  /** Takes out an object that was deleted. */
  remove(raw: unknown): void {
    const key = readKey(raw);
    if (key !== undefined) this.#removeParts(key, 0);
  }

  /** Deletes the parts of an object from that index on; most kinds have a single part. */
  #removeParts({ namespace, name }: ObjectKey, from: number): void {
    for (let index = from; ; index++) {
      const part = partName(name, index);
      if (this.#store.get(namespace, part) === undefined) return;
      if (this.#replacement === undefined) this.#store.delete(namespace, part);
      else this.#replacement.delete({ namespace, name: part });
    }
  }
}

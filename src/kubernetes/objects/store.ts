// The trimmed objects of one kind, by namespace and name, with change events. Written by a reflector or by the embedded
// cluster, read by the record builder, all on the control thread. Equal objects make no event, so that a relist of
// an unchanged cluster costs nothing downstream.

import { isEqual } from './equal.ts';
import type { ObjectKey } from './object-key.ts';

/** One change: added (`before` undefined), updated, or deleted (`after` undefined). Never both undefined. */
export interface Change<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
  /** Whether it belongs to the first complete state, which is no news of the cluster. */
  readonly isInitial: boolean;
}

/** Called after the store holds the new state. Must not write to the store. */
export type ChangeListener<T> = (change: Change<T>) => void;

/** Objects by key. */
export class Store<T extends ObjectKey> {
  readonly #objects = new Map<string, T>();
  readonly #listeners: ChangeListener<T>[] = [];
  #isInitial = true;

  /** Number of objects. */
  get size(): number {
    return this.#objects.size;
  }

  /** The object of that key. `namespace` is '' for kinds that live in none. */
  get(namespace: string, name: string): T | undefined {
    return this.#objects.get(keyText(namespace, name));
  }

  /** All objects, in order of their first arrival. */
  values(): IterableIterator<T> {
    return this.#objects.values();
  }

  /** Hands every later change to `listener`, in the order of registration. */
  onChange(listener: ChangeListener<T>): void {
    this.#listeners.push(listener);
  }

  /** Adds or replaces one object; returns whether anything changed. */
  upsert(object: T): boolean {
    return this.#set(keyText(object.namespace, object.name), object);
  }

  #set(key: string, object: T): boolean {
    const before = this.#objects.get(key);
    if (before !== undefined && isEqual(before, object)) return false;
    this.#objects.set(key, object);
    this.#emit(before, object);
    return true;
  }

  /** Removes one object; returns whether it was there. */
  delete(namespace: string, name: string): boolean {
    return this.#remove(keyText(namespace, name));
  }

  /** Makes the store hold exactly these objects. The first call ends the initial state. */
  replace(objects: Iterable<T>): void {
    const replacement = this.beginReplace();
    for (const object of objects) replacement.upsert(object);
    replacement.finish();
  }

  /** Starts a replacement whose objects come one by one, as from a streamed list. */
  beginReplace(): Replacement<T> {
    return new Replacement(this, {
      set: (key, object) => this.#set(key, object),
      sweep: (seen) => this.#sweep(seen),
    });
  }

  #sweep(seen: ReadonlySet<string>): void {
    // Deleting the current entry while a Map is walked is defined behaviour.
    for (const key of this.#objects.keys()) {
      if (!seen.has(key)) this.#remove(key);
    }
    this.#isInitial = false;
  }

  #remove(key: string): boolean {
    const before = this.#objects.get(key);
    if (before === undefined) return false;
    this.#objects.delete(key);
    this.#emit(before, undefined);
    return true;
  }

  #emit(before: T | undefined, after: T | undefined): void {
    if (this.#listeners.length === 0) return;
    const change: Change<T> = { before, after, isInitial: this.#isInitial };
    for (const listener of this.#listeners) listener(change);
  }
}

/** What a replacement may do to its store, by key. */
interface StoreAccess<T> {
  set(key: string, object: T): void;
  /** Deletes what is not among the keys. */
  sweep(seen: ReadonlySet<string>): void;
}

/**
 * A replacement under way. Objects take effect as they arrive, so a long list needs no second copy; what did not
 * arrive is deleted by `finish`. Dropping a replacement half-way loses nothing: no object has been deleted.
 */
export class Replacement<T extends ObjectKey> {
  readonly #store: Store<T>;
  readonly #access: StoreAccess<T>;
  readonly #seen = new Set<string>();

  /** Made by Store.beginReplace only. */
  constructor(store: Store<T>, access: StoreAccess<T>) {
    this.#store = store;
    this.#access = access;
  }

  /** Takes over one object of the new state. */
  upsert(object: T): void {
    const key = keyText(object.namespace, object.name);
    this.#seen.add(key);
    this.#access.set(key, object);
  }

  /** Says that the object is part of the new state, but that what is stored of it stays as it is. */
  keep(key: ObjectKey): void {
    this.#seen.add(keyText(key.namespace, key.name));
  }

  /** The object was deleted while the new state was still arriving. */
  delete(key: ObjectKey): void {
    this.#seen.delete(keyText(key.namespace, key.name));
    this.#store.delete(key.namespace, key.name);
  }

  /** Deletes every object that is not part of the new state, and ends the store's initial state. */
  finish(): void {
    this.#access.sweep(this.#seen);
  }
}

/** A slash cannot occur in a namespace name, so no two keys have the same text. */
function keyText(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

// What every trimmed object has: its namespace and name. Kept apart so that the store needs to know no kind.

import { type Fields, fieldsOf, textOf } from './fields.ts';

/** Identity of an object within its kind; `namespace` is '' for objects that live in none. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

/** The `metadata` of an object. */
export function metadataOf(raw: unknown): Fields {
  return fieldsOf(fieldsOf(raw).metadata);
}

/** Namespace and name of an object; undefined when it has no name, so that it is no object at all. */
export function readKey(raw: unknown): ObjectKey | undefined {
  const metadata = metadataOf(raw);
  const name = textOf(metadata.name);
  return name === '' ? undefined : { namespace: textOf(metadata.namespace), name };
}

// core/v1 Namespace as DNS sees it: a name that is exposed as long as the object exists.

import { type ObjectKey, readKey } from './object-key.ts';

/** A Namespace; its own `namespace` is ''. */
export interface NamespaceObject extends ObjectKey {}

/** Keeps the name (CoreDNS plugin/kubernetes/object/namespace.go). */
export function trimNamespace(raw: unknown): NamespaceObject | undefined {
  const key = readKey(raw);
  return key === undefined ? undefined : { namespace: '', name: key.name };
}

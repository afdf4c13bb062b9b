// The manifests of several PATHs -> one set. Within one PATH an object stands once, in whatever file; a later PATH
// replaces objects of an earlier one, as a second `kubectl apply -f` would.

import { isEqual } from '../objects/equal.ts';
import { type Manifest, type ManifestSet, manifestText } from './manifest.ts';
import { ManifestError } from './manifest-error.ts';

/** Joins the sets in order of their PATHs. Throws ManifestError when one PATH gives two different objects one name. */
export function mergeManifests(sets: readonly ManifestSet[]): ManifestSet {
  const merged = new Map<string, Manifest>();
  const namespaces = new Set<string>();
  const passedOver = new Map<string, number>();
  for (const set of sets) {
    for (const [key, manifest] of withoutDuplicates(set.manifests)) merged.set(key, manifest);
    for (const namespace of set.namespaces) namespaces.add(namespace);
    for (const [kind, count] of set.passedOver)
      passedOver.set(kind, (passedOver.get(kind) ?? 0) + count);
  }
  return { manifests: [...merged.values()], namespaces, passedOver };
}

/** The objects of one PATH by their identity. */
function withoutDuplicates(manifests: readonly Manifest[]): ReadonlyMap<string, Manifest> {
  const found = new Map<string, Manifest>();
  for (const manifest of manifests) {
    const key = `${manifest.kind}/${manifest.namespace}/${manifest.name}`;
    const first = found.get(key);
    if (first !== undefined && !mayStandTwice(first, manifest))
      throw new ManifestError(
        manifest.place(),
        `${manifest.kind} "${manifest.name}": differs from ${manifestText(first)}, which has the same name`,
      );
    if (first === undefined) found.set(key, manifest);
  }
  return found;
}

/** Dumps overlap, and charts each bring the Namespace that they share. */
function mayStandTwice(first: Manifest, second: Manifest): boolean {
  return first.kind === 'Namespace' || isEqual(first.raw, second.raw);
}

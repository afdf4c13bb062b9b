// core/v1 Pod, trimmed to the address that `pods verified` checks and the labels that metadata publishes.

import { fieldsOf, textMapOf, textOf } from './fields.ts';
import { metadataOf, type ObjectKey, readKey } from './object-key.ts';

/** A Pod. */
export interface PodObject extends ObjectKey {
  /** `status.podIP` only, also of a dual-stack pod; '' while it has none. */
  readonly podIP: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Keeps the fields of CoreDNS's object/pod.go. A pod that is being deleted gives undefined: what is stored of it
 * stays as it was until it is gone.
 */
export function trimPod(raw: unknown): PodObject | undefined {
  const key = readKey(raw);
  const metadata = metadataOf(raw);
  if (key === undefined || textOf(metadata.deletionTimestamp) !== '') return undefined;
  return {
    ...key,
    podIP: textOf(fieldsOf(fieldsOf(raw).status).podIP),
    labels: textMapOf(metadata.labels),
  };
}

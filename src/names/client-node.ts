// What is known of the pod behind a client address (pods verified): its namespace, name and labels, for metadata and autopath.
// Both directions of the encoding, as the control thread writes it and serving threads read it: the texts in UTF-8, each
// behind its length in 16 bits, namespace and name first, then labels as key and value.

/** The pod that sends from an address. */
export interface ClientPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The value of a client key. */
export function encodeClientPod(pod: ClientPod): Uint8Array {
  const texts = [pod.namespace, pod.name, ...[...pod.labels].flat()].map((text) =>
    encoder.encode(text),
  );
  const out = new Uint8Array(texts.reduce((sum, text) => sum + 2 + text.length, 0));
  let at = 0;
  for (const text of texts) {
    out[at] = text.length >> 8;
    out[at + 1] = text.length;
    out.set(text, at + 2);
    at += 2 + text.length;
  }
  return out;
}

/** Reads the value of `length` octets from `offset`. */
export function decodeClientPod(bytes: Uint8Array, offset: number, length: number): ClientPod {
  const texts: string[] = [];
  const end = offset + length;
  for (let at = offset; at < end; ) {
    const start = at + 2;
    at = start + (((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
    // A copy: TextDecoder takes no shared memory.
    texts.push(decoder.decode(bytes.slice(start, at)));
  }
  const [namespace = '', name = '', ...pairs] = texts;
  const labels = new Map<string, string>();
  for (let index = 0; index < pairs.length; index += 2) {
    labels.set(pairs[index] ?? '', pairs[index + 1] ?? '');
  }
  return { namespace, name, labels };
}

// The label of an endpoint in front of its service's labels, in wire form, out of packed endpoints and without an object on the way.
// Says the same as endpoint-name.ts, for labels that are plain: an IPv4 address with dashes, or a name that lower-cased queries can
// spell. The octets in front are left to the user.

import type { Labels } from '../../names/node-writer.ts';
import { type EndpointCursor, MAX_LABEL_LENGTH, type Span } from '../objects/packed-endpoints.ts';
import { isLowerLabelCode } from './label-text.ts';

/** Room in front of the longest label. */
const FRONT = 2;
const SUFFIX_START = FRONT + 1 + MAX_LABEL_LENGTH;
const MAX_SUFFIX_LENGTH = 192;
const DASH = 0x2d;
const DOT = 0x2e;

/** Labels from `start` to `end` of `octets`. */
export class EndpointLabel {
  readonly octets: Uint8Array = new Uint8Array(SUFFIX_START + MAX_SUFFIX_LENGTH);
  readonly #usesPodNames: boolean;
  start = 0;
  end = 0;

  constructor(usesPodNames: boolean) {
    this.#usesPodNames = usesPodNames;
  }

  /** Sets the labels of the service; false when they are none. */
  setService(labels: Labels): boolean {
    if (labels.length === 0 || labels.length > MAX_SUFFIX_LENGTH) return false;
    this.octets.set(labels, SUFFIX_START);
    this.end = SUFFIX_START + labels.length;
    return true;
  }

  /** No label in front: what follows is about the service itself. */
  setOwnName(): void {
    this.start = SUFFIX_START;
  }

  /** Sets the label of the endpoint at the cursor, whose address is an IPv4 one; false when it is not plain. */
  setEndpoint({ text, hostname, podName, address }: EndpointCursor): boolean {
    if (hostname.end > hostname.start) return this.#copy(text, hostname);
    if (this.#usesPodNames && podName.end > podName.start) return this.#copy(text, podName);
    const { octets } = this;
    let at = this.#begin(address);
    for (let from = address.start; from < address.end; from++) {
      const code = text.charCodeAt(from);
      octets[at++] = code === DOT ? DASH : code;
    }
    return true;
  }

  /** A copy of the endpoint's label, without the service's. */
  ownLabel(): Labels {
    return this.octets.slice(this.start, SUFFIX_START);
  }

  /** A name with capitals has one spelling in targets and another in queries. */
  #copy(text: string, span: Span): boolean {
    if (span.end - span.start > MAX_LABEL_LENGTH) return false;
    const { octets } = this;
    let at = this.#begin(span);
    for (let from = span.start; from < span.end; from++) {
      const code = text.charCodeAt(from);
      if (!isLowerLabelCode(code)) return false;
      octets[at++] = code;
    }
    return true;
  }

  #begin({ start, end }: Span): number {
    const at = SUFFIX_START - (end - start);
    this.start = at - 1;
    this.octets[at - 1] = end - start;
    return at;
  }
}

// Queries as upstreams are asked them.
import { encodeMessage, queryMessage } from '../../src/dns/message.ts';
import type { UpstreamQuery } from '../../src/upstream/upstream-query.ts';
import { name } from './record-lines.ts';

/** A plain query for an A record; `receiveSize` is what the client takes over UDP. */
export function questionFor(text: string, receiveSize = 512): UpstreamQuery {
  const question = { name: name(text), type: 1, class: 1 };
  const message = queryMessage(question, { recursionDesired: true });
  return { wire: encodeMessage(message, { compress: false }), question, receiveSize };
}

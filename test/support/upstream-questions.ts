// Queries as upstreams are asked them.
import { encodeMessage } from '../../src/dns/message.ts';
import type { UpstreamQuery } from '../../src/upstream/upstream-query.ts';
import { name } from './record-lines.ts';

/** A plain query for an A record; `receiveSize` is what the client takes over UDP. */
export function questionFor(text: string, receiveSize = 512): UpstreamQuery {
  const question = { name: name(text), type: 1, class: 1 };
  const wire = encodeMessage(
    {
      id: 0,
      isResponse: false,
      opcode: 0,
      authoritative: false,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      zero: false,
      authenticData: false,
      checkingDisabled: false,
      rcode: 0,
      questions: [question],
      answer: [],
      authority: [],
      additional: [],
    },
    { compress: false },
  );
  return { wire, question, receiveSize };
}

// What a reply looks like in the corpus: plain JSON with records as text, and what changes from run to run masked.

import { opcodeName } from '../../src/dns/codes/opcode.ts';
import { rcodeName } from '../../src/dns/codes/rcode.ts';
import { rrClassName } from '../../src/dns/codes/rr-class.ts';
import { rrTypeName } from '../../src/dns/codes/rr-type.ts';
import { decodeMessage, type Message, type Question } from '../../src/dns/message.ts';
import { formatName } from '../../src/dns/name.ts';
import { recordText } from '../../src/dns/record.ts';
import { hex } from '../support/record-lines.ts';
import type { Observation } from './corpus.ts';
import { LOCAL4, LOCAL6 } from './placeholders.ts';
import type { Exchanged } from './wire-exchange.ts';

/** A SOA serial this near to now is the time of something. */
const SERIAL_SLACK_SECONDS = 10 ** 7;
const RAW_SERIAL_SLACK_SECONDS = 7200;
const SECTIONS = ['answer', 'authority', 'additional'] as const;
const FLAGS = [
  ['aa', 'authoritative'],
  ['tc', 'truncated'],
  ['rd', 'recursionDesired'],
  ['ra', 'recursionAvailable'],
  ['ad', 'authenticData'],
  ['cd', 'checkingDisabled'],
] as const;

/** The replies to a query as one observation; later messages of a transfer add their answers. */
export function observeReplies({ replies, clientPort }: Exchanged, query: Message): Observation {
  const messages: Message[] = [];
  for (const reply of replies) {
    const message = decodeMessage(reply);
    if (message === undefined) return { unparsable: hex(reply.subarray(2)) };
    messages.push(message);
  }
  const [first, ...later] = messages;
  if (first === undefined) return { none: true };
  const observed = {
    ...header(first, query),
    answer: messages.flatMap((message) => message.answer.map(recordText)),
    authority: first.authority.map(recordText),
    additional: first.additional.map(recordText),
    edns: ednsOf(first),
    size: replies[0]?.length ?? 0,
    ...(later.length > 0 && { messages: messages.length }),
  };
  return masked(observed, clientPort);
}

/** A reply in hex; the first word that is a time of now, a serial, is masked. */
export function observeOctets(reply: Uint8Array): string {
  const text = hex(reply);
  const now = Date.now() / 1000;
  for (let at = 24; at + 8 <= text.length; at += 2) {
    const seconds = Number.parseInt(text.slice(at, at + 8), 16);
    if (Math.abs(seconds - now) < RAW_SERIAL_SLACK_SECONDS) {
      return `${text.slice(0, at)}SSSSSSSS${text.slice(at + 8)}`;
    }
  }
  return text;
}

function header(message: Message, query: Message): Record<string, unknown> {
  return {
    rcode: rcodeName(message.rcode),
    flags: FLAGS.filter(([, field]) => message[field]).map(([word]) => word),
    ...(message.opcode !== 0 && { opcode: opcodeName(message.opcode) }),
    ...(!message.isResponse && { qr: false }),
    ...(!haveSameQuestions(message, query) && { question: message.questions.map(questionText) }),
  };
}

function haveSameQuestions(a: Message, b: Message): boolean {
  return (
    a.questions.length === b.questions.length &&
    a.questions.every((question, i) => {
      const other = b.questions[i];
      return (
        other !== undefined &&
        hex(question.name) === hex(other.name) &&
        question.type === other.type &&
        question.class === other.class
      );
    })
  );
}

function questionText({ name, type, class: rrClass }: Question): string {
  return `${formatName(name)} ${rrClassName(rrClass)} ${rrTypeName(type)}`;
}

function ednsOf({ edns }: Message): unknown {
  if (edns === undefined) return null;
  return {
    bufsize: edns.udpSize,
    do: edns.isDnssecOk,
    options: edns.options.map(({ code, data }) => [code, hex(data)]),
    ...(edns.version > 0 && { version: edns.version }),
  };
}

type Reply = Record<string, unknown> & Record<(typeof SECTIONS)[number], string[]>;

/** With placeholders. A machine may have any number of addresses: they count as one, and the size is free. */
function masked(reply: Reply, clientPort: number): Observation {
  const out: Reply = { ...reply };
  for (const section of SECTIONS) {
    const texts = reply[section].map((text) => maskedRecord(text, clientPort));
    out[section] = texts.filter((text, i) => !text.includes('{LOCAL') || texts.indexOf(text) === i);
    if (texts.some((text) => text.includes('{LOCAL'))) out['size'] = null;
  }
  return out;
}

function maskedRecord(text: string, clientPort: number): string {
  const fields = text.split(' ');
  const [, , , type, address = '', , port] = fields;
  if (type === 'SOA' && Math.abs(Number(port) - Date.now() / 1000) < SERIAL_SLACK_SECONDS) {
    fields[6] = '{SERIAL}';
  }
  if (type === 'A' && LOCAL4.includes(address)) fields[4] = '{LOCAL4}';
  if (type === 'AAAA' && LOCAL6.includes(address)) fields[4] = '{LOCAL6}';
  if (type === 'SRV' && Number(port) === clientPort) fields[6] = '{CLIENTPORT}';
  return fields.join(' ');
}

// One exchange as a client of the corpus does it: bytes out, bytes back, over UDP or TCP, from a chosen address, with a
// zone transfer's many messages. Knows nothing of cases.

import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { Opcode } from '../../src/dns/codes/opcode.ts';
import { RRType } from '../../src/dns/codes/rr-type.ts';
import { decodeMessage, type Message } from '../../src/dns/message.ts';

/** Where to, where from, and how long at most. */
export interface Route {
  readonly host: string;
  readonly port: number;
  readonly client: string | undefined;
  readonly timeoutMs: number;
}

/** The replies, none when time was up, and the port that they came to. */
export interface Exchanged {
  readonly replies: readonly Uint8Array[];
  readonly clientPort: number;
}

/** Sends one datagram; the first reply with its id counts. */
export function overUdp(packet: Uint8Array, route: Route): Promise<Exchanged> {
  return new Promise((resolve) => {
    const socket = createSocket(route.host.includes(':') ? 'udp6' : 'udp4');
    let clientPort = 0;
    const timer = setTimeout(() => end([]), route.timeoutMs);
    const end = (replies: readonly Uint8Array[]): void => {
      clearTimeout(timer);
      socket.close();
      socket.removeAllListeners();
      resolve({ replies, clientPort });
    };
    // Connected, so that a closed port shows at once and nobody else can answer.
    socket.on('error', () => end([]));
    socket.on('connect', () => {
      clientPort = socket.address().port;
      socket.send(packet);
    });
    socket.on('message', (reply) => {
      if (reply[0] === packet[0] && reply[1] === packet[1]) end([reply]);
    });
    socket.bind(0, route.client, () => socket.connect(route.port, route.host));
  });
}

/** Sends one frame over a new connection and takes one reply, or for a transfer all messages of it. */
export function overTcp(packet: Uint8Array, route: Route): Promise<Exchanged> {
  return new Promise((resolve) => {
    const replies: Uint8Array[] = [];
    const isComplete = completion(packet);
    let pending = Buffer.alloc(0);
    let clientPort = 0;
    const socket = connect({
      port: route.port,
      host: route.host,
      ...(route.client !== undefined && { localAddress: route.client }),
    });
    const timer = setTimeout(() => socket.destroy(), route.timeoutMs);
    socket.on('connect', () => {
      clientPort = socket.localPort ?? 0;
      socket.write(framed(packet));
    });
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        replies.push(pending.subarray(2, end));
        pending = pending.subarray(end);
      }
      if (isComplete(replies)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      // A transfer that was cut short is no answer.
      resolve({ replies: isComplete(replies) || socket.readableEnded ? replies : [], clientPort });
    });
  });
}

function framed(packet: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(2 + packet.length);
  frame.writeUInt16BE(packet.length);
  frame.set(packet, 2);
  return frame;
}

/** Tells whether the replies are all that belong to the query: a transfer ends with its second SOA (RFC 5936, 2.2). */
function completion(packet: Uint8Array): (replies: readonly Uint8Array[]) => boolean {
  const query = decodeMessage(packet);
  const type = query?.opcode === Opcode.QUERY ? query.questions[0]?.type : undefined;
  if (type !== RRType.AXFR && type !== RRType.IXFR) return (replies) => replies.length > 0;
  return (replies) => {
    const messages = replies.map((reply) => decodeMessage(reply));
    if (messages.some((message) => isLast(message))) return true;
    const records = messages.flatMap((message) => message?.answer ?? []);
    const soas = records.filter((each) => each.type === RRType.SOA).length;
    return soas >= 2 || (type === RRType.IXFR && soas === 1 && records.length === 1);
  };
}

/** An error, an empty message or no message ends a transfer. */
function isLast(message: Message | undefined): boolean {
  return message === undefined || message.rcode !== 0 || message.answer.length === 0;
}

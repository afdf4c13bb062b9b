// A small client for tests: one query, one reply, over UDP or TCP, with our own codec. Independent clients (dns2,
// dig, kdig) have tests of their own.

import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import { RRClass } from '../../src/dns/codes/rr-class.ts';
import { rrTypeCode } from '../../src/dns/codes/rr-type.ts';
import type { Edns } from '../../src/dns/edns.ts';
import { decodeMessage, encodeMessage, type Message, queryMessage } from '../../src/dns/message.ts';
import { parseName } from '../../src/dns/name.ts';

/** What to ask. */
export interface Ask {
  readonly port: number;
  readonly host?: string;
  readonly isTcp?: boolean;
  readonly class?: number;
  readonly edns?: Edns;
  readonly timeoutMs?: number;
}

/** A query in wire form with a random id. */
export function queryPacket(
  name: string,
  type: string,
  ask: Pick<Ask, 'class' | 'edns'> = {},
): Uint8Array {
  const wire = parseName(name);
  const code = rrTypeCode(type);
  if (wire === undefined || code === undefined) throw new Error(`bad question ${name} ${type}`);
  const message = queryMessage(
    { name: wire, type: code, class: ask.class ?? RRClass.IN },
    { id: randomInt(65_536), recursionDesired: true, edns: ask.edns },
  );
  return encodeMessage(message, { compress: false });
}

/** Asks once; undefined when no reply came in time (1 s unless told otherwise). */
export async function ask(name: string, type: string, options: Ask): Promise<Message | undefined> {
  const packet = queryPacket(name, type, options);
  const reply = options.isTcp ? await overTcp(packet, options) : await overUdp(packet, options);
  return reply === undefined ? undefined : decodeMessage(reply);
}

/** Sends bytes in one datagram; the reply's bytes, or undefined. */
export function overUdp(packet: Uint8Array, options: Ask): Promise<Uint8Array | undefined> {
  const host = options.host ?? '127.0.0.1';
  return new Promise((resolve) => {
    const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const timer = setTimeout(() => end(undefined), options.timeoutMs ?? 1000);
    const end = (reply: Uint8Array | undefined): void => {
      clearTimeout(timer);
      socket.close();
      resolve(reply);
    };
    socket.on('error', () => undefined);
    socket.once('message', end);
    socket.send(packet, options.port, host);
  });
}

/** Sends bytes as one frame over a new connection; the first reply's bytes, or undefined. */
export async function overTcp(packet: Uint8Array, options: Ask): Promise<Uint8Array | undefined> {
  const [reply] = await framesOverTcp([packet], 1, options);
  return reply;
}

/** Sends frames in one write and collects up to `wanted` reply frames until the server closes or time is up. */
export function framesOverTcp(
  packets: readonly Uint8Array[],
  wanted: number,
  options: Ask,
): Promise<Uint8Array[]> {
  return new Promise((resolve) => {
    const replies: Uint8Array[] = [];
    let pending = Buffer.alloc(0);
    const socket = net.connect(options.port, options.host ?? '127.0.0.1');
    const timer = setTimeout(() => socket.destroy(), options.timeoutMs ?? 1000);
    socket.on('connect', () => socket.write(Buffer.concat(packets.map(frame))));
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        replies.push(pending.subarray(2, end));
        pending = pending.subarray(end);
      }
      if (replies.length >= wanted) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(replies);
    });
  });
}

function frame(packet: Uint8Array): Buffer {
  const prefix = Buffer.alloc(2);
  prefix.writeUInt16BE(packet.length);
  return Buffer.concat([prefix, packet]);
}
